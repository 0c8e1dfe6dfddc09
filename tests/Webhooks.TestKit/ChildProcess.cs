using System.Diagnostics;

namespace Webhooks.TestKit;

/// <summary>A program that a test starts and that ends with it.</summary>
public sealed class ChildProcess : IDisposable
{
    private readonly Process _process;
    private readonly Action<string>? _heard;
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private readonly Task _reading;
    private readonly Task<string> _errors;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ChildProcess(Process process, Action<string>? heard)
    {
        _process = process;
        _heard = heard;
        _reading = ReadAsync();
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Starts a program that stands beside the tests.</summary>
    public static ChildProcess Start(string assembly, string workingDirectory, params string[] arguments) =>
        Start(assembly, workingDirectory, heard: null, arguments);

    /// <summary>Starts a program that stands beside the tests.</summary>
    /// <param name="assembly">Its file.</param>
    /// <param name="workingDirectory">Where it works.</param>
    /// <param name="heard">Gets each line that it says, instead of <see cref="WaitForLineAsync"/>.</param>
    /// <param name="arguments">Its arguments.</param>
    public static ChildProcess Start(string assembly, string workingDirectory, Action<string>? heard, params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            WorkingDirectory = workingDirectory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, assembly));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return new ChildProcess(Process.Start(start)!, heard);
    }

    /// <summary>Waits for a line.</summary>
    /// <exception cref="InvalidOperationException">The program ended without it.</exception>
    public async Task<string> WaitForLineAsync(Func<string, bool> isTheOne, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_lines.Find(line => isTheOne(line)) is { } found)
                {
                    return found;
                }

                changed = _changed.Task;
            }

            if (_reading.IsCompleted)
            {
                throw new InvalidOperationException($"The program ended early.\n{await DescribeAsync()}");
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Kills the program at once (SIGKILL).</summary>
    public void Kill() => _process.Kill();

    /// <summary>Kills the program at once (SIGKILL) and waits for its end.</summary>
    /// <returns>Everything that it said.</returns>
    public Task<IReadOnlyList<string>> KillAsync(CancellationToken cancellationToken)
    {
        Kill();
        return WaitForExitAsync(cancellationToken);
    }

    /// <summary>
    /// Asks the program to stop (SIGTERM), which a host takes as it takes Ctrl+C. SIGINT itself is ignored by every program that
    /// descends from a shell's background job.
    /// </summary>
    public Task InterruptAsync(CancellationToken cancellationToken) => SignalAsync("TERM", cancellationToken);

    /// <summary>Stops the program where it stands (SIGSTOP), until <see cref="ThawAsync"/>.</summary>
    public Task FreezeAsync(CancellationToken cancellationToken) => SignalAsync("STOP", cancellationToken);

    /// <summary>Lets the program go on (SIGCONT).</summary>
    public Task ThawAsync(CancellationToken cancellationToken) => SignalAsync("CONT", cancellationToken);

    /// <summary>Gives the program a line to read.</summary>
    public void Tell(string line) => _process.StandardInput.WriteLine(line);

    /// <summary>Waits until the program ends.</summary>
    /// <returns>Everything that it said.</returns>
    public async Task<IReadOnlyList<string>> WaitForExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        await _reading.WaitAsync(cancellationToken);
        return _lines;
    }

    public int ExitCode => _process.ExitCode;

    /// <summary>What it said, for the message of a failed test.</summary>
    public async Task<string> DescribeAsync() => string.Join('\n', [.. _lines, await _errors]);

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (_heard is null)
            {
                Note(() => _lines.Add(line));
            }
            else
            {
                _heard(line);
            }
        }

        Note(() => { });
    }

    private async Task SignalAsync(string signal, CancellationToken cancellationToken)
    {
        using var kill = Process.Start("sh", ["-c", $"kill -{signal} {_process.Id}"]);
        await kill.WaitForExitAsync(cancellationToken);
    }

    private void Note(Action change)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            change();
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.SetResult();
    }
}
