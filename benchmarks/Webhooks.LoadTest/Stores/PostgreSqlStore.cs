using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Webhooks.Storage;

namespace Webhooks.LoadTest.Stores;

/// <summary>PostgreSQL: a database of a throw-away server, which goes with the first store that was made on it.</summary>
internal sealed class PostgreSqlStore : StoreUnderTest
{
    public const string StoreName = "postgres";

    private readonly PostgreSqlServer _server;
    private readonly bool _ownsServer;
    private readonly string _database;

    private PostgreSqlStore(PostgreSqlServer server, bool ownsServer, string connectionString)
    {
        _server = server;
        _ownsServer = ownsServer;
        ConnectionString = connectionString;
        _database = new NpgsqlConnectionStringBuilder(connectionString).Database!;
    }

    public override string Name => StoreName;

    public override string WorkUnit => "statements";

    public string ConnectionString { get; }

    public static async Task<PostgreSqlStore> StartAsync()
    {
        var server = await PostgreSqlServer.StartAsync();
        return new PostgreSqlStore(server, ownsServer: true, await server.CreateDatabaseAsync());
    }

    public override async Task<StoreUnderTest> CreateAnotherAsync() =>
        new PostgreSqlStore(_server, ownsServer: false, await _server.CreateDatabaseAsync());

    public override void Use(IWebhooksBuilder builder) => builder.UsePostgreSql(ConnectionString);

    public override async ValueTask<long> CountWorkAsync(IWebhookStore store)
    {
        await using var command = _server.Administration.CreateCommand(
            """
            SELECT coalesce(sum(calls), 0)::bigint
            FROM pg_stat_statements JOIN pg_database ON oid = dbid WHERE datname = $1
            """);
        command.Parameters.AddWithValue(_database);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public override async ValueTask<string?> ExplainWorkAsync()
    {
        await using var command = _server.Administration.CreateCommand(
            """
            SELECT calls, total_exec_time, rows, left(regexp_replace(query, '\s+', ' ', 'g'), 100)
            FROM pg_stat_statements JOIN pg_database ON oid = dbid WHERE datname = $1
            ORDER BY total_exec_time DESC LIMIT 12
            """);
        command.Parameters.AddWithValue(_database);
        await using var reader = await command.ExecuteReaderAsync();
        var text = new StringBuilder("   calls    total ms      rows  statement\n");
        while (await reader.ReadAsync())
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"{reader.GetInt64(0),8} {reader.GetDouble(1),11:F0} {reader.GetInt64(2),9}  {reader.GetString(3)}\n");
        }

        return text.ToString();
    }

    public override async Task SettleAsync()
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        foreach (var sql in new[] { "VACUUM ANALYZE", "CHECKPOINT" })
        {
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
            await command.ExecuteNonQueryAsync();
        }
    }

    public override async Task<IReadOnlyDictionary<string, long>> CountRowsAsync()
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var count = new NpgsqlCommand(
            """
            SELECT relname::text, (xpath('/row/count/text()', query_to_xml(
              format('SELECT count(*) FROM %s', c.oid::regclass), false, true, '')))[1]::text::bigint
            FROM pg_class c
            WHERE relnamespace = 'webhooks'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
            ORDER BY relname
            """,
            connection);
        await using var reader = await count.ExecuteReaderAsync();
        var rows = new Dictionary<string, long>(StringComparer.Ordinal);
        while (await reader.ReadAsync())
        {
            rows[reader.GetString(0)] = reader.GetInt64(1);
        }

        return rows;
    }

    public override IReadOnlyDictionary<string, long> ExplainRows(StoredRows rows) => new Dictionary<string, long>(StringComparer.Ordinal)
    {
        ["messages"] = rows.Messages,
        ["message_ids"] = rows.EventIds,
        ["deliveries"] = rows.Deliveries,
        ["attempts"] = rows.Attempts,
    };

    public override async Task<IBareCommit> CreateBareCommitAsync() => await PostgreSqlBareCommit.CreateAsync(ConnectionString);

    public override async ValueTask DisposeAsync()
    {
        if (_ownsServer)
        {
            await _server.DisposeAsync();
        }
    }
}
