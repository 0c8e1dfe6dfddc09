using System.Diagnostics;
using Npgsql;

namespace Webhooks.LoadTest.Stores;

/// <summary>
/// A throw-away server of <c>eng/postgres.sh</c>, which stops when its input ends: at the latest with this process. It counts
/// the statements of each of its databases.
/// </summary>
internal sealed class PostgreSqlServer : IAsyncDisposable
{
    private readonly Process _script;
    private readonly string _connectionString;
    private int _databaseCount;

    private PostgreSqlServer(Process script, string connectionString)
    {
        _script = script;
        _connectionString = connectionString;
        Administration = NpgsqlDataSource.Create(connectionString + ";Pooling=false");
    }

    public NpgsqlDataSource Administration { get; }

    public static async Task<PostgreSqlServer> StartAsync()
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
        var connectionString = await script.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException("eng/postgres.sh started no server; it says why on the console.");
        var server = new PostgreSqlServer(script, connectionString);
        await server.ExecuteAsync("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'");
        await server.ExecuteAsync("ALTER SYSTEM SET max_wal_size = '4GB'");

        // The script's servers, which are for tests, do not wait for the disk; what is measured does.
        await server.ExecuteAsync("ALTER SYSTEM SET fsync = 'on'");
        await script.StandardInput.WriteLineAsync("restart fast");
        await script.StandardInput.FlushAsync();
        await script.StandardOutput.ReadLineAsync();
        await server.ExecuteAsync("CREATE EXTENSION pg_stat_statements");
        return server;
    }

    /// <summary>Makes an empty database.</summary>
    /// <returns>How to connect to it.</returns>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"webhooks{++_databaseCount}";
        await ExecuteAsync($"CREATE DATABASE {name}");
        return new NpgsqlConnectionStringBuilder(_connectionString) { Database = name }.ConnectionString;
    }

    public async ValueTask DisposeAsync()
    {
        await Administration.DisposeAsync();
        _script.StandardInput.Close();
        await _script.WaitForExitAsync();
        _script.Dispose();
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = Administration.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
