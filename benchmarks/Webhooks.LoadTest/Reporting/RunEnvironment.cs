using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using System.Runtime.InteropServices;
using Npgsql;

namespace Webhooks.LoadTest.Reporting;

/// <summary>What figures were measured on.</summary>
internal sealed record RunEnvironment
{
    public required string Commit { get; init; }

    public int Cores { get; } = Environment.ProcessorCount;

    public string Runtime { get; } = RuntimeInformation.FrameworkDescription;

    public string System { get; } = $"{RuntimeInformation.OSDescription} {RuntimeInformation.OSArchitecture}";

    public string GarbageCollector { get; } = GCSettings.IsServerGC ? "server" : "workstation";

    public string Npgsql { get; } = typeof(NpgsqlConnection).Assembly.GetName().Version!.ToString(3);

    public string Sqlite { get; } = SqliteVersion();

    public string Time { get; } = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);

    public static async Task<RunEnvironment> ReadAsync()
    {
        var commit = await GitAsync("rev-parse", "--short", "HEAD");
        var changes = await GitAsync("status", "--porcelain", "--untracked-files=no", "--", "src", "benchmarks");
        return new RunEnvironment { Commit = changes.Length == 0 ? commit : commit + " with changes" };
    }

    private static string SqliteVersion()
    {
        SQLitePCL.Batteries_V2.Init();
        return SQLitePCL.raw.sqlite3_libversion().utf8_to_string();
    }

    private static async Task<string> GitAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments)
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var git = Process.Start(start)!;
        var answer = await git.StandardOutput.ReadToEndAsync();
        await git.WaitForExitAsync();
        return answer.Trim();
    }
}
