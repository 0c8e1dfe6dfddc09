using System.Collections.Concurrent;

namespace Webhooks.PostgreSql.Tests.Server;

/// <summary>Lends schemas to the facts of the suite, empty: making one takes longer than most facts.</summary>
public sealed class SchemaPool : IAsyncLifetime
{
    private readonly ConcurrentBag<TestSchema> _free = [];

    Task IAsyncLifetime.InitializeAsync() => Task.CompletedTask;

    async Task IAsyncLifetime.DisposeAsync()
    {
        foreach (var schema in _free)
        {
            await schema.DisposeAsync();
        }
    }

    internal async Task<TestSchema> TakeAsync() => _free.TryTake(out var schema) ? schema : await TestSchema.CreateAsync();

    internal async Task GiveBackAsync(TestSchema schema)
    {
        await schema.ClearAsync();
        _free.Add(schema);
    }
}
