using System.Diagnostics;

namespace Shop.Start;

/// <summary>One of the programs that stand beside this one, with its output behind its name.</summary>
internal sealed class Child : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";

    private readonly Process _process;
    private readonly string _name;
    private readonly TaskCompletionSource<string> _url = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _reading;

    private Child(Process process, string name)
    {
        _process = process;
        _name = name;
        _reading = ReadAsync();
    }

    public string Url => _url.Task.Result;

    /// <summary>Starts a program on a free port and waits until it listens.</summary>
    public static async Task<Child> StartAsync(
        string name, IEnumerable<KeyValuePair<string, string>> settings, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [Path.Combine(AppContext.BaseDirectory, $"{name}.dll")])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            WorkingDirectory = AppContext.BaseDirectory,
        };

        // Secrets are among the settings: in the environment, unlike arguments, other users do not see them.
        start.Environment["URLS"] = "http://127.0.0.1:0";
        start.Environment["Logging__LogLevel__Microsoft"] = "Warning";
        start.Environment["Logging__LogLevel__Microsoft.Hosting.Lifetime"] = "Information";
        start.Environment["Logging__LogLevel__Webhooks"] = "Warning";
        foreach (var (key, value) in settings)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        var child = new Child(Process.Start(start)!, name);
        try
        {
            await child._url.Task.WaitAsync(cancellationToken);
            return child;
        }
        catch
        {
            await child.DisposeAsync();
            throw;
        }
    }

    /// <summary>Lets the program end in good order, as Ctrl+C does.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            using var kill = Process.Start("sh", ["-c", $"kill -TERM {_process.Id} 2>/dev/null"]);
            await kill.WaitForExitAsync();
        }

        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and var at)
            {
                _url.TrySetResult(line[(at + Listening.Length)..].Trim());
            }
            else if (!line.Contains("Microsoft.Hosting.Lifetime", StringComparison.Ordinal))
            {
                Console.WriteLine($"{_name,-9}  {line}");
            }
        }

        _url.TrySetException(new InvalidOperationException($"{_name} ended early; it says why above."));
    }
}
