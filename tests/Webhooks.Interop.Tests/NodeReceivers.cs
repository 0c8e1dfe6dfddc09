using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using Webhooks.TestKit;

namespace Webhooks.Interop.Tests;

/// <summary>One process of Node.js with the receivers of <c>receivers.js</c>. It ends with its input: at the latest with this process.</summary>
public sealed class NodeReceivers : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly HttpClient Client = new();

    private Process? _process;
    private Uri? _address;
    private int _receivers;

    public async Task InitializeAsync()
    {
        const string folder = "tests/Webhooks.Interop.Tests/receivers";
        using var install = Process.Start(new ProcessStartInfo("bash", ["eng/npm.sh", folder]) { WorkingDirectory = Repository.Root })!;
        await install.WaitForExitAsync();
        install.ExitCode.Should().Be(0, "eng/npm.sh installs the packages; it says on the console why it did not");

        _process = Process.Start(new ProcessStartInfo("node", ["receivers.js"])
        {
            WorkingDirectory = Path.Combine(Repository.Root, folder),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        var port = await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience, TimeProvider.System)
            ?? throw new InvalidOperationException("The receivers did not start; they say why on the console.");
        _address = new Uri($"http://127.0.0.1:{port}/");
    }

    public async Task DisposeAsync()
    {
        if (_process is null)
        {
            return;
        }

        _process.StandardInput.Close();
        try
        {
            await _process.WaitForExitAsync().WaitAsync(Patience, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    /// <summary>Finds a URL that nobody else uses.</summary>
    public string NewUrl() =>
        new Uri(_address!, $"receivers/{Interlocked.Increment(ref _receivers).ToString(CultureInfo.InvariantCulture)}").ToString();

    /// <summary>Tells the receiver at a URL with what it verifies.</summary>
    public static async Task VerifyWithAsync(string url, params Check[] checks)
    {
        using var response = await Client.PutAsJsonAsync(url, checks);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Lets a library sign.</summary>
    public async Task<Dictionary<string, string>> SignAsync(string library, string key, string id, DateTimeOffset time, string body)
    {
        using var response = await Client.PostAsJsonAsync(
            new Uri(_address!, "sign"), new { library, key, id, timestamp = time.ToUnixTimeSeconds(), body });
        response.EnsureSuccessStatusCode();
        return new((await response.Content.ReadFromJsonAsync<Dictionary<string, string>>())!, StringComparer.OrdinalIgnoreCase);
    }
}
