using System.Collections.Concurrent;
using Webhooks.Storage;
using Webhooks.Testing.Conformance;

namespace Webhooks.EntityFrameworkCore.Tests.Store;

public sealed class PostgreSqlConformanceTests(SchemaPool pool) : WebhookStoreConformance, IClassFixture<SchemaPool>
{
    private readonly ConcurrentDictionary<IWebhookStore, StoreSchema> _schemas = new();

    protected override int SequenceCount => 8;

    protected override async Task<IWebhookStore> CreateStoreAsync()
    {
        var schema = await pool.TakeAsync();
        var store = schema.CreateStore();
        _schemas[store] = schema;
        return store;
    }

    protected override async Task DeleteStoreAsync(IWebhookStore store)
    {
        await base.DeleteStoreAsync(store);
        await pool.GiveBackAsync(_schemas[store]);
    }
}
