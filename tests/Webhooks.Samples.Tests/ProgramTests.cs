using System.Net;
using Webhooks.TestKit;

namespace Webhooks.Samples.Tests;

public sealed class ProgramTests
{
    [Theory]
    [InlineData("Danube", "/v1/webhooks", HttpStatusCode.Unauthorized)]
    [InlineData("Mynd", "/docs/webhooks", HttpStatusCode.OK)]
    [InlineData("Cyberun", "/v1/webhooks/1", HttpStatusCode.Unauthorized)]
    [InlineData("Cyberdesk", "/v1/endpoints", HttpStatusCode.Unauthorized)]
    public async Task A_sample_starts_with_one_command_answers_and_ends_when_it_is_interrupted(string sample, string path, HttpStatusCode expected)
    {
        const string Listening = "Now listening on: ";
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2), TimeProvider.System);
        using var folder = new TempFolder();
        using var program = ChildProcess.Start($"{sample}.dll", folder.Path, "--urls", "http://127.0.0.1:0");
        var line = await program.WaitForLineAsync(line => line.Contains(Listening, StringComparison.Ordinal), patience.Token);
        using var client = new HttpClient();

        using var answer = await client.GetAsync(line[(line.IndexOf(Listening, StringComparison.Ordinal) + Listening.Length)..] + path, patience.Token);
        await program.InterruptAsync(patience.Token);
        await program.WaitForExitAsync(patience.Token);

        answer.StatusCode.Should().Be(expected);
        program.ExitCode.Should().Be(0);
        Directory.EnumerateFiles(folder.Path).Select(Path.GetFileName).Should().Contain($"{sample.ToLowerInvariant()}.db");
    }
}
