using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Webhooks.LoadTest.Peers;

/// <summary>
/// One process of Node.js with a job queue, <c>benchmarks/peers/peer.js</c>. It ends with its input: at the latest with this
/// process.
/// </summary>
internal sealed class PeerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _pending = new(StringComparer.Ordinal);
    private readonly Task _reading;

    private PeerProcess(Process process)
    {
        _process = process;
        _reading = ReadAsync();
    }

    /// <summary>The time of processors that it has taken.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static async Task<PeerProcess> StartAsync(string library, JsonObject settings)
    {
        var start = new ProcessStartInfo("node", ["peer.js", library])
        {
            WorkingDirectory = Path.Combine(Repository.Root, "benchmarks", "peers"),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        var process = Process.Start(start)!;
        await process.StandardInput.WriteLineAsync(settings.ToJsonString());
        await process.StandardInput.FlushAsync();
        if (await process.StandardOutput.ReadLineAsync() is not "ready")
        {
            throw new InvalidOperationException($"{library} did not start; it says why on the console.");
        }

        return new PeerProcess(process);
    }

    /// <summary>Sends a command that no other is equal to, and waits until it is done.</summary>
    public async Task CommandAsync(string command)
    {
        var done = _pending.GetOrAdd(command, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_process)
        {
            _process.StandardInput.WriteLine(command);
            _process.StandardInput.Flush();
        }

        if (await Task.WhenAny(done.Task, _reading) == _reading)
        {
            throw new InvalidOperationException($"The process of a peer has ended while it did '{command}'; it says why on the console.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (_pending.TryRemove(line, out var done))
            {
                done.SetResult();
            }
        }
    }
}
