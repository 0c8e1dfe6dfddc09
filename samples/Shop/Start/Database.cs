using System.Diagnostics;

namespace Shop.Start;

/// <summary>A throw-away PostgreSQL server of <c>eng/postgres.sh</c>. It stops when its input ends: at the latest with this process.</summary>
internal sealed class Database : IAsyncDisposable
{
    private readonly Process _script;

    private Database(Process script, string connectionString)
    {
        _script = script;
        ConnectionString = connectionString;
    }

    public string ConnectionString { get; }

    public static async Task<Database> StartAsync()
    {
        // In a session of its own, so that Ctrl+C reaches the shop and the warehouse first.
        var script = Process.Start(new ProcessStartInfo("setsid", ["bash", FindScript()])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var connectionString = await script.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException("eng/postgres.sh started no server; it says why above.");
        return new Database(script, connectionString);
    }

    public async ValueTask DisposeAsync()
    {
        _script.StandardInput.Close();
        await _script.WaitForExitAsync();
        _script.Dispose();
    }

    private static string FindScript()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Path.Combine(folder.FullName, "eng", "postgres.sh") is var script && File.Exists(script))
            {
                return script;
            }
        }

        throw new InvalidOperationException($"There is no eng/postgres.sh in or above '{AppContext.BaseDirectory}'.");
    }
}
