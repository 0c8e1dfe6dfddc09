using System.Collections.Concurrent;
using Webhooks.Storage;
using Webhooks.Testing.Conformance;

namespace Webhooks.EntityFrameworkCore.Tests.Store;

public sealed class PostgreSqlConformanceTests : WebhookStoreConformance
{
    private readonly ConcurrentDictionary<IWebhookStore, StoreSchema> _schemas = new();

    protected override int SequenceCount => 8;

    protected override async Task<IWebhookStore> CreateStoreAsync()
    {
        var schema = await StoreSchema.CreateAsync();
        var store = schema.CreateStore();
        _schemas[store] = schema;
        return store;
    }

    protected override async Task DeleteStoreAsync(IWebhookStore store)
    {
        await base.DeleteStoreAsync(store);
        await _schemas[store].DisposeAsync();
    }
}
