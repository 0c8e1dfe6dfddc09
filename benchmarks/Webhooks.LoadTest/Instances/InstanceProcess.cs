using System.Diagnostics;
using System.Globalization;
using Webhooks.LoadTest.Sending;

namespace Webhooks.LoadTest.Instances;

/// <summary>One instance, as the process that commands it sees it.</summary>
internal sealed class InstanceProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _sentFile;

    public InstanceProcess(InstanceSettings settings, string sentFile)
    {
        _sentFile = sentFile;
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };

        // Four processes that compile everything a second time, by what they have seen of it, take the processors for a minute.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.ArgumentList.Add(typeof(InstanceProcess).Assembly.Location);
        start.ArgumentList.Add(InstanceProgram.Verb);
        start.ArgumentList.Add(settings.ToString());
        _process = Process.Start(start)!;
    }

    /// <summary>Starts its publishing, and before the first time its host, which goes on dispatching.</summary>
    /// <param name="underWay">How many deliveries of all instances are on their way at most.</param>
    public Task StartAsync(int underWay) =>
        CommandAsync(InstanceProgram.StartCommand + underWay.ToString(CultureInfo.InvariantCulture));

    /// <summary>Ends the publishing, not the dispatching.</summary>
    /// <returns>What was published.</returns>
    public async Task<IReadOnlyList<SentMessage>> EndAsync()
    {
        await CommandAsync(InstanceProgram.EndCommand + _sentFile);
        return SentFile.Read(_sentFile);
    }

    /// <summary>Ends its phase, if it had one.</summary>
    /// <returns>How many attempts it has made since the last.</returns>
    public Task<long> StopAsync() => CommandAsync(InstanceProgram.StopCommand);

    /// <summary>How many methods it has compiled.</summary>
    public Task<long> CountCompiledAsync() => CommandAsync(InstanceProgram.CompiledCommand);

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<long> CommandAsync(string command)
    {
        await _process.StandardInput.WriteLineAsync(command);
        await _process.StandardInput.FlushAsync();
        var answer = await _process.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException("An instance has ended; it says why on the console.");
        return long.Parse(answer, CultureInfo.InvariantCulture);
    }
}
