using System.Collections.Concurrent;
using Npgsql;
using Webhooks.PostgreSql.Tests.Server;
using Webhooks.Storage;
using Webhooks.Testing.Conformance;

namespace Webhooks.PostgreSql.Tests;

/// <summary>The same suite through connections of a host that has statements prepared automatically.</summary>
public sealed class PreparedConformanceTests(SchemaPool pool) : WebhookStoreConformance, IClassFixture<SchemaPool>
{
    private readonly ConcurrentDictionary<IWebhookStore, (TestSchema Schema, NpgsqlDataSource DataSource)> _stores = new();

    protected override int SequenceCount => 12;

    protected override async Task<IWebhookStore> CreateStoreAsync()
    {
        var schema = await pool.TakeAsync();
        var dataSource = NpgsqlDataSource.Create(
            $"{(await PostgreSqlServer.Shared).ConnectionString};Max Auto Prepare=50;Auto Prepare Min Usages=2;Maximum Pool Size=10;Timeout=60");
        var store = new PostgreSqlWebhookStore(dataSource, schema.Options);
        _stores[store] = (schema, dataSource);
        return store;
    }

    protected override async Task DeleteStoreAsync(IWebhookStore store)
    {
        await base.DeleteStoreAsync(store);
        await _stores[store].DataSource.DisposeAsync();
        await pool.GiveBackAsync(_stores[store].Schema);
    }
}
