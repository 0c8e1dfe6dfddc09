using Webhooks.Storage;

namespace Webhooks.LoadTest.Stores;

/// <summary>A store to measure, brought up for one run and gone with it.</summary>
internal abstract class StoreUnderTest : IAsyncDisposable
{
    public static readonly IReadOnlyList<string> Names = [MemoryStore.StoreName, SqliteStore.StoreName, PostgreSqlStore.StoreName];

    public abstract string Name { get; }

    /// <summary>What one call to the store is called here, or null where nothing leaves the process.</summary>
    public virtual string? WorkUnit => null;

    public static async Task<StoreUnderTest> StartAsync(string name) => name switch
    {
        MemoryStore.StoreName => new MemoryStore(),
        SqliteStore.StoreName => new SqliteStore(),
        PostgreSqlStore.StoreName => await PostgreSqlStore.StartAsync(),
        _ => throw new ArgumentException($"There is no store '{name}'; there are {string.Join(", ", Names)}.", nameof(name)),
    };

    public abstract void Use(IWebhooksBuilder builder);

    /// <summary>How many units of work the store of a host has done: statements or commits.</summary>
    public virtual ValueTask<long> CountWorkAsync(IWebhookStore store) => ValueTask.FromResult(0L);

    /// <summary>What the store can tell of its work, for those who look for what it costs.</summary>
    public virtual ValueTask<string?> ExplainWorkAsync() => ValueTask.FromResult<string?>(null);

    /// <summary>Another store of the same kind, empty. It has to be disposed before the one that it was made by.</summary>
    public abstract Task<StoreUnderTest> CreateAnotherAsync();

    /// <summary>Ends the work that filling a store in bulk has left to it, so that it does not fall into what is measured.</summary>
    public virtual Task SettleAsync() => Task.CompletedTask;

    /// <summary>The rows of each of its tables.</summary>
    public virtual Task<IReadOnlyDictionary<string, long>> CountRowsAsync() => throw new NotSupportedException($"{Name} has no tables.");

    /// <summary>By how many rows its tables should have grown; those that it does not name should not have.</summary>
    public virtual IReadOnlyDictionary<string, long> ExplainRows(StoredRows rows) => throw new NotSupportedException($"{Name} has no tables.");

    /// <summary>The bare commit that a publish is compared with.</summary>
    public virtual Task<IBareCommit> CreateBareCommitAsync() => throw new NotSupportedException($"{Name} commits nothing.");

    public abstract ValueTask DisposeAsync();
}
