using System.Diagnostics;
using Npgsql;

namespace Webhooks.TestKit;

/// <summary>
/// A PostgreSQL server of <c>eng/postgres.sh</c>. It stops when its input ends: at the latest with this process.
/// </summary>
public sealed class PostgreSqlServer : IAsyncDisposable
{
    private const string Variable = "WEBHOOKS_TEST_POSTGRES";

    private static readonly Lazy<Task<PostgreSqlServer>> SharedServer = new(() => StartAsync(isOwn: false));

    private readonly Process _script;

    private PostgreSqlServer(Process script, string connectionString)
    {
        _script = script;
        ConnectionString = connectionString;
        DataSource = NpgsqlDataSource.Create(connectionString + ";Maximum Pool Size=40;Timeout=30;Include Error Detail=true");
    }

    /// <summary>The server that tests share which do it no harm.</summary>
    public static Task<PostgreSqlServer> Shared => SharedServer.Value;

    public string ConnectionString { get; }

    public NpgsqlDataSource DataSource { get; }

    /// <summary>Starts a server that a test may do harm to.</summary>
    public static Task<PostgreSqlServer> StartAsync() => StartAsync(isOwn: true);

    /// <summary>Creates a database for one test.</summary>
    /// <returns>How to connect to it.</returns>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"test_{Guid.NewGuid():n}";
        await using var command = DataSource.CreateCommand($"CREATE DATABASE {name}");
        await command.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(ConnectionString) { Database = name }.ToString();
    }

    public Task StopAsync() => CommandAsync("stop immediate");

    public Task StartAgainAsync() => CommandAsync("start");

    public Task RestartAsync(string mode) => CommandAsync($"restart {mode}");

    public async ValueTask DisposeAsync()
    {
        await DataSource.DisposeAsync();
        _script.StandardInput.Close();
        await _script.WaitForExitAsync();
        _script.Dispose();
    }

    private static async Task<PostgreSqlServer> StartAsync(bool isOwn)
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(Repository.Root, "eng", "postgres.sh")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        if (isOwn)
        {
            start.Environment.Remove(Variable);
        }

        var script = Process.Start(start)!;
        var connectionString = await script.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException("eng/postgres.sh started no server; it says why on the console.");
        return new PostgreSqlServer(script, connectionString);
    }

    private async Task CommandAsync(string command)
    {
        await _script.StandardInput.WriteLineAsync(command);
        await _script.StandardInput.FlushAsync();
        if (await _script.StandardOutput.ReadLineAsync() is not "ok")
        {
            throw new InvalidOperationException($"eng/postgres.sh failed to {command}; it says why on the console.");
        }

        // What was open is broken now.
        DataSource.Clear();
    }
}
