using System.Collections.Concurrent;

namespace Webhooks.EntityFrameworkCore.Tests.Store;

/// <summary>Lends schemas to the facts of the suite, empty: making one takes longer than most facts.</summary>
public sealed class SchemaPool : IAsyncLifetime
{
    private readonly ConcurrentBag<StoreSchema> _free = [];

    Task IAsyncLifetime.InitializeAsync() => Task.CompletedTask;

    async Task IAsyncLifetime.DisposeAsync()
    {
        foreach (var schema in _free)
        {
            await schema.DisposeAsync();
        }
    }

    internal async Task<StoreSchema> TakeAsync() => _free.TryTake(out var schema) ? schema : await StoreSchema.CreateAsync();

    internal async Task GiveBackAsync(StoreSchema schema)
    {
        await schema.ClearAsync();
        _free.Add(schema);
    }
}
