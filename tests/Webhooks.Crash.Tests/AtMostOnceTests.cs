using Webhooks.TestKit;
using Xunit.Abstractions;

namespace Webhooks.Crash.Tests;

public sealed class AtMostOnceTests(ITestOutputHelper output)
{
    private const int Kills = 6;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(150);

    [Fact]
    public async Task With_sqlite_no_event_comes_twice_and_every_delivery_ends_though_its_process_is_killed()
    {
        using var folder = new TempFolder();
        await CheckAsync(Path.Combine(folder.Path, "once.db"), folder.Path);
    }

    [Fact]
    public async Task With_postgresql_no_event_comes_twice_and_every_delivery_ends_though_its_process_is_killed()
    {
        using var folder = new TempFolder();
        var server = await PostgreSqlServer.Shared;
        await CheckAsync(await server.CreateDatabaseAsync(), folder.Path);
    }

    private async Task CheckAsync(string database, string folder)
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        await using var receiver = await RecordingReceiver.StartAsync();
        var said = new List<string>();
        for (var run = 1; run <= Kills; run++)
        {
            using var host = Start(database, folder, receiver.Url, $"once{run}");
            await host.WaitForLineAsync(static line => line.StartsWith("promised ", StringComparison.Ordinal), patience.Token);

            // The instant of the kill is the experiment.
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(50, 1000)), TimeProvider.System, patience.Token);
            said.AddRange(await host.KillAsync(patience.Token));
        }

        using var drain = Start(database, folder, receiver.Url);
        await drain.WaitForLineAsync(static line => line is "drained", patience.Token);
        var ends = (await drain.KillAsync(CancellationToken.None)).Where(static line => line.StartsWith("ended ", StringComparison.Ordinal)).ToList();

        var promised = said.Count(static line => line.StartsWith("promised ", StringComparison.Ordinal));
        var interrupted = ends.Count(static line => line.EndsWith(" Failed Interrupted", StringComparison.Ordinal));
        output.WriteLine($"promised {promised}, ended {ends.Count}, interrupted {interrupted}, received {receiver.Seen.Count}");
        receiver.Seen.Where(static seen => seen.Value > 1).Should().BeEmpty("at most once");
        ends.Should().OnlyContain(static line => line.EndsWith(" Succeeded None", StringComparison.Ordinal) || line.Contains(" Failed "));
        ends.Count.Should().BeGreaterThanOrEqualTo(promised, "what is promised has a visible end");
        ends.Count(static line => line.EndsWith(" Succeeded None", StringComparison.Ordinal)).Should().BeLessThanOrEqualTo(receiver.Accepted.Count);
        receiver.Seen.Count.Should().BeLessThanOrEqualTo(ends.Count);
        interrupted.Should().BeGreaterThan(0, "some leases were lost with their process: otherwise this shows nothing");
    }

    private static ChildProcess Start(string database, string folder, string url, params string[] prefix) =>
        ChildProcess.Start("Webhooks.Crash.Host.dll", folder, [database, url, .. prefix]);
}
