using System.Collections.Concurrent;
using Webhooks.PostgreSql.Tests.Server;
using Webhooks.Storage;
using Webhooks.Testing.Conformance;

namespace Webhooks.PostgreSql.Tests;

public sealed class PostgreSqlConformanceTests(SchemaPool pool) : WebhookStoreConformance, IClassFixture<SchemaPool>
{
    private readonly ConcurrentDictionary<IWebhookStore, TestSchema> _schemas = new();

    protected override int SequenceCount => 24;

    protected override async Task<IWebhookStore> CreateStoreAsync()
    {
        var schema = await pool.TakeAsync();
        var store = new PostgreSqlWebhookStore(schema.DataSource, schema.Options);
        _schemas[store] = schema;
        return store;
    }

    protected override async Task DeleteStoreAsync(IWebhookStore store)
    {
        await base.DeleteStoreAsync(store);
        await pool.GiveBackAsync(_schemas[store]);
    }
}
