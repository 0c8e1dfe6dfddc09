using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Webhooks.Storage;

namespace Webhooks.LoadTest.Stores;

/// <summary>
/// PostgreSQL on a throw-away server of <c>eng/postgres.sh</c>, which stops when its input ends: at the latest with this
/// process. Statements are counted by the server itself.
/// </summary>
internal sealed class PostgreSqlStore : StoreUnderTest
{
    public const string StoreName = "postgres";

    private const string Database = "webhooks";

    private readonly Process _script;
    private readonly NpgsqlDataSource _administration;
    private readonly string _connectionString;

    private PostgreSqlStore(Process script, string administration)
    {
        _script = script;
        _administration = NpgsqlDataSource.Create(administration + ";Pooling=false");
        _connectionString = new NpgsqlConnectionStringBuilder(administration) { Database = Database }.ConnectionString;
    }

    public override string Name => StoreName;

    public override string WorkUnit => "statements";

    public static async Task<PostgreSqlStore> StartAsync()
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(Repository.Root, "eng", "postgres.sh")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };

        // Always a server of our own: it is restarted with the module that counts.
        start.Environment.Remove("WEBHOOKS_TEST_POSTGRES");
        var script = Process.Start(start)!;
        var administration = await script.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException("eng/postgres.sh started no server; it says why on the console.");
        var store = new PostgreSqlStore(script, administration);
        await store.ExecuteAsync("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'");
        await store.ExecuteAsync("ALTER SYSTEM SET max_wal_size = '4GB'");
        await script.StandardInput.WriteLineAsync("restart fast");
        await script.StandardInput.FlushAsync();
        await script.StandardOutput.ReadLineAsync();
        await store.ExecuteAsync("CREATE EXTENSION pg_stat_statements");
        await store.ExecuteAsync($"CREATE DATABASE {Database}");
        return store;
    }

    public override void Use(IWebhooksBuilder builder) => builder.UsePostgreSql(_connectionString);

    public override async ValueTask<long> CountWorkAsync(IWebhookStore store)
    {
        await using var command = _administration.CreateCommand(
            $"""
            SELECT coalesce(sum(calls), 0)::bigint
            FROM pg_stat_statements JOIN pg_database ON oid = dbid WHERE datname = '{Database}'
            """);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public override async ValueTask<string?> ExplainWorkAsync()
    {
        await using var command = _administration.CreateCommand(
            $"""
            SELECT calls, total_exec_time, rows, left(regexp_replace(query, '\s+', ' ', 'g'), 100)
            FROM pg_stat_statements JOIN pg_database ON oid = dbid WHERE datname = '{Database}'
            ORDER BY total_exec_time DESC LIMIT 12
            """);
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

    public override async Task<IBareCommit> CreateBareCommitAsync() => await PostgreSqlBareCommit.CreateAsync(_connectionString);

    /// <summary>Creates another database on the server.</summary>
    /// <returns>Its address as libpq and its kin read it.</returns>
    public async Task<string> CreateDatabaseAsync(string name)
    {
        await ExecuteAsync($"CREATE DATABASE \"{name}\"");
        var server = new NpgsqlConnectionStringBuilder(_connectionString);
        return $"postgresql://{server.Username}@localhost/{name}?host={Uri.EscapeDataString(server.Host!)}";
    }

    public override async ValueTask DisposeAsync()
    {
        await _administration.DisposeAsync();
        _script.StandardInput.Close();
        await _script.WaitForExitAsync();
        _script.Dispose();
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _administration.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
