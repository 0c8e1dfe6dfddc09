using System.Diagnostics;
using System.Text.Json.Nodes;
using Npgsql;
using Webhooks.LoadTest.Receiving;
using Webhooks.LoadTest.Sending;

namespace Webhooks.LoadTest.Peers;

/// <summary>A job queue of another ecosystem that a team would send webhooks with: its processes, on a database of their own.</summary>
internal sealed class Peer : IAsyncDisposable
{
    /// <summary>The modules of <c>benchmarks/peers</c>.</summary>
    public static readonly IReadOnlyList<string> Libraries = ["pg-boss", "graphile-worker"];

    private readonly List<PeerProcess> _processes = [];
    private long _number;

    private Peer(string library) => Library = library;

    public string Library { get; }

    public IReadOnlyList<PeerProcess> Processes => _processes;

    /// <summary>Installs what the peers are made of, unless it is there.</summary>
    public static async Task InstallAsync()
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(Repository.Root, "eng", "npm.sh"), "benchmarks/peers"])
        {
            UseShellExecute = false,
        };
        using var script = Process.Start(start)!;
        await script.WaitForExitAsync();
        if (script.ExitCode != 0)
        {
            throw new InvalidOperationException("eng/npm.sh did not install the peers; it says why on the console.");
        }
    }

    /// <param name="library">Which.</param>
    /// <param name="processes">In how many processes.</param>
    /// <param name="database">The database, as Npgsql reads it.</param>
    /// <param name="receiver">Where it delivers to.</param>
    public static async Task<Peer> StartAsync(string library, int processes, string database, ReceiverProcess receiver)
    {
        var settings = new JsonObject
        {
            ["database"] = ToUri(new NpgsqlConnectionStringBuilder(database)),
            ["url"] = receiver.Url(0)[..^1],
            ["secret"] = receiver.Secret.Reveal(),
            ["targets"] = SendingHost.EndpointCount,
            ["body"] = new string('x', LoadEvent.PayloadBytes),
        };
        var peer = new Peer(library);
        for (var i = 0; i < processes; i++)
        {
            peer._processes.Add(await PeerProcess.StartAsync(library, settings));
        }

        return peer;
    }

    /// <summary>Takes numbers of events that no other has.</summary>
    /// <returns>The first of them.</returns>
    public long TakeNumbers(int count) => Interlocked.Add(ref _number, count) - count;

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }
    }

    /// <summary>The address of a database behind a socket, as libpq and its kin read it.</summary>
    private static string ToUri(NpgsqlConnectionStringBuilder database) =>
        $"postgresql://{database.Username}@localhost/{database.Database}?host={Uri.EscapeDataString(database.Host!)}";
}
