using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Sqlite;
using Webhooks.Storage;

namespace Webhooks.LoadTest.Stores;

/// <summary>SQLite in a file of its own, with the defaults: <c>synchronous=FULL</c>.</summary>
internal sealed class SqliteStore : StoreUnderTest
{
    public const string StoreName = "sqlite";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("webhooks-sqlite-");

    public override string Name => StoreName;

    public override string WorkUnit => "commits";

    private string ConnectionString => $"Data Source={Path.Combine(_folder.FullName, "webhooks.db")}";

    public override void Use(IWebhooksBuilder builder) => builder.UseSqlite(ConnectionString);

    public override Task<StoreUnderTest> CreateAnotherAsync() => Task.FromResult<StoreUnderTest>(new SqliteStore());

    public override async Task SettleAsync()
    {
        await using var connection = new SqliteConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
        await command.ExecuteNonQueryAsync();
    }

    public override ValueTask<long> CountWorkAsync(IWebhookStore store) =>
        ValueTask.FromResult(((SqliteWebhookStore)store).Database.CommitCount);

    public override Task<IBareCommit> CreateBareCommitAsync() => Task.FromResult<IBareCommit>(new SqliteBareCommit(ConnectionString));

    public override ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}
