using System.Diagnostics;
using System.Globalization;
using Webhooks.Signing;

namespace Webhooks.LoadTest.Receiving;

/// <summary>The receiver, as the sending process sees it.</summary>
internal sealed class ReceiverProcess : IAsyncDisposable
{
    private const string CounterName = "count";

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(2);

    private readonly Process _process;
    private readonly DirectoryInfo _folder;
    private readonly SharedCounter _counter;

    private ReceiverProcess(Process process, DirectoryInfo folder, SharedCounter counter, int port)
    {
        _process = process;
        _folder = folder;
        _counter = counter;
        Port = port;
    }

    public int Port { get; }

    /// <summary>The secret that it verifies with.</summary>
    public WebhookSecret Secret { get; } = WebhookSecret.Generate();

    /// <summary>The file of the <see cref="SharedCounter"/> that counts what it has accepted.</summary>
    public string CounterFile => Path.Combine(_folder.FullName, CounterName);

    /// <summary>How many requests it has accepted.</summary>
    public long Count => _counter.Value;

    /// <summary>How many requests it has refused for their signature, as far as <see cref="TakeAsync"/> has seen.</summary>
    public long BadCount { get; private set; }

    public static async Task<ReceiverProcess> StartAsync(string server)
    {
        var folder = Directory.CreateTempSubdirectory("webhooks-receiver-");
        var counterFile = Path.Combine(folder.FullName, CounterName);
        var counter = new SharedCounter(counterFile);
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.ArgumentList.Add(typeof(ReceiverProcess).Assembly.Location);
        start.ArgumentList.Add(ReceiverProgram.Verb);
        start.ArgumentList.Add(server);
        start.ArgumentList.Add(counterFile);

        // Requests are answered on the thread that waits for the sockets: the leanest way there is.
        start.Environment["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1";
        var process = Process.Start(start)!;
        var port = await process.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException("The receiver did not start.");
        var receiver = new ReceiverProcess(process, folder, counter, int.Parse(port, CultureInfo.InvariantCulture));
        await receiver.CommandAsync(ReceiverProgram.SecretCommand + receiver.Secret.Reveal());
        return receiver;
    }

    /// <summary>The URL of a target, and with a status of a target that answers nothing else.</summary>
    public string Url(int target, int status = 200) => string.Create(
        CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}/{target}{(status == 200 ? "" : $"/{status}")}");

    /// <summary>Waits until so many requests were accepted, or the patience ends: what is missing then is found by the checks.</summary>
    public async Task WaitForAsync(long count, TimeSpan patience)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (Count < count && TimeProvider.System.GetElapsedTime(started) < patience)
        {
            await Task.Delay(Glance, TimeProvider.System);
        }
    }

    /// <summary>What it has accepted since the last time.</summary>
    public async Task<IReadOnlyList<Arrival>> TakeAsync()
    {
        var path = Path.Combine(_folder.FullName, "arrivals");
        BadCount = await CommandAsync(ReceiverProgram.TakeCommand + path);
        return ArrivalLog.Read(path);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _counter.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task<long> CommandAsync(string command)
    {
        await _process.StandardInput.WriteLineAsync(command);
        await _process.StandardInput.FlushAsync();
        var answer = await _process.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException("The receiver has ended.");
        return long.Parse(answer, CultureInfo.InvariantCulture);
    }
}
