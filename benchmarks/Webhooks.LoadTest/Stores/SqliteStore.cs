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

    public override async Task<IReadOnlyDictionary<string, long>> CountRowsAsync()
    {
        await using var connection = new SqliteConnection(ConnectionString);
        await connection.OpenAsync();
        await using var list = connection.CreateCommand();
        list.CommandText = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
        var tables = new List<string>();
        await using (var reader = await list.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                tables.Add(reader.GetString(0));
            }
        }

        var rows = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var table in tables)
        {
            await using var count = connection.CreateCommand();
#pragma warning disable CA2100 // The name comes from the file itself.
            count.CommandText = $"SELECT count(*) FROM \"{table}\"";
#pragma warning restore CA2100
            rows[table] = (long)(await count.ExecuteScalarAsync())!;
        }

        return rows;
    }

    public override IReadOnlyDictionary<string, long> ExplainRows(StoredRows rows) => new Dictionary<string, long>(StringComparer.Ordinal)
    {
        ["webhook_message"] = rows.Messages,
        ["webhook_delivery"] = rows.Deliveries,
        ["webhook_attempt"] = rows.Attempts,
    };

    public override Task<IBareCommit> CreateBareCommitAsync() => Task.FromResult<IBareCommit>(new SqliteBareCommit(ConnectionString));

    public override ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}
