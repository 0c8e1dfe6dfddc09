using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Webhooks.EntityFrameworkCore.Store;
using Webhooks.Storage;
using Webhooks.Testing.Conformance;

namespace Webhooks.EntityFrameworkCore.Tests.Store;

/// <summary>The store on a provider for another database, without a word about it.</summary>
public sealed class SqliteConformanceTests : WebhookStoreConformance
{
    private readonly ConcurrentDictionary<IWebhookStore, string> _files = new();

    protected override int SequenceCount => 8;

    protected override async Task<IWebhookStore> CreateStoreAsync()
    {
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var options = new DbContextOptionsBuilder<StoreContext>().UseSqlite($"Data Source={file}").Options;
        await using (var context = new StoreContext(options))
        {
            await context.Database.EnsureCreatedAsync();
        }

        var store = new EntityFrameworkStore(() => new StoreContext(options));
        _files[store] = file;
        return store;
    }

    protected override async Task DeleteStoreAsync(IWebhookStore store)
    {
        await base.DeleteStoreAsync(store);
        using var connection = new SqliteConnection($"Data Source={_files[store]}");
        SqliteConnection.ClearPool(connection);
        foreach (var end in new[] { "", "-wal", "-shm" })
        {
            File.Delete(_files[store] + end);
        }
    }
}
