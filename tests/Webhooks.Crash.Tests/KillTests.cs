using System.Globalization;
using Webhooks.TestKit;
using Xunit.Abstractions;

namespace Webhooks.Crash.Tests;

public sealed class KillTests(ITestOutputHelper output)
{
    private const int Kills = 6;
    private const string SeedVariable = "WEBHOOKS_CRASH_SEED";

    /// <summary>Far more than it takes: half of a minute on two slow cores.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);

    [Fact]
    public async Task With_sqlite_every_event_is_delivered_and_every_failure_told_though_the_process_is_killed_again_and_again()
    {
        using var folder = new TempFolder();
        await CheckAsync(Path.Combine(folder.Path, "crash.db"), folder.Path);
    }

    [Fact]
    public async Task With_postgresql_every_event_is_delivered_and_every_failure_told_though_the_process_is_killed_again_and_again()
    {
        using var folder = new TempFolder();
        await CheckAsync(await (await PostgreSqlServer.Shared).CreateDatabaseAsync(), folder.Path);
    }

    private async Task CheckAsync(string database, string folder)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable(SeedVariable), CultureInfo.InvariantCulture, out var given)
            ? given
            : Random.Shared.Next();
        output.WriteLine($"{SeedVariable}={seed}");
        var random = new Random(seed);
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        await using var receiver = await RecordingReceiver.StartAsync();

        var said = new List<string>();
        for (var run = 1; run <= Kills; run++)
        {
            said.AddRange(await PublishUntilKilledAsync(database, folder, receiver.Url, $"run{run}", random, patience.Token));
        }

        said.AddRange(await DrainAsync(database, folder, receiver.Url, patience.Token));
        var ends = EventsThatAre("ended", said);
        var tried = EventsThatAre("trying", said);
        var promised = EventsThatAre("promised", said);
        output.WriteLine(
            $"tried {tried.Count}, promised {promised.Count}, received {receiver.Accepted.Count}, "
            + $"more than once {receiver.Accepted.Count(received => received.Value > 1)}");

        var received = receiver.Accepted.Keys.ToHashSet(StringComparer.Ordinal);
        Join(promised.Where(id => !received.Contains(id)))
            .Should().BeEmpty($"every promised event is delivered; these are lost ({SeedVariable}={seed})");
        Join(received.Where(id => !tried.Contains(id)))
            .Should().BeEmpty($"only published events are delivered; these are not ({SeedVariable}={seed})");
        ends.Should().HaveCount(received.Count, $"the log knows every delivery ({SeedVariable}={seed})");
        ends.Should().OnlyContain(line => line.EndsWith(" Succeeded None"), $"every delivery ends well ({SeedVariable}={seed})");

        var dead = EventsThatAre("dead", said);
        var told = EventsThatAre("told", said);
        var exhausted = dead.Where(line => line.EndsWith(" Failed", StringComparison.Ordinal)).Select(line => line.Split(' ')[0]).ToList();
        output.WriteLine($"exhausted {exhausted.Count}, told {told.Count}");
        exhausted.Should().HaveCount(dead.Count, $"all that goes nowhere fails ({SeedVariable}={seed})").And.HaveCountGreaterThanOrEqualTo(promised.Count);
        Join(exhausted.Where(id => !told.Contains(id))).Should().BeEmpty($"every failure is told; these are not ({SeedVariable}={seed})");
        Join(told.Except(exhausted, StringComparer.Ordinal)).Should().BeEmpty($"only failures are told; these are none ({SeedVariable}={seed})");
    }

    private static async Task<IReadOnlyList<string>> PublishUntilKilledAsync(
        string database, string folder, string url, string prefix, Random random, CancellationToken cancellationToken)
    {
        using var host = Start(database, folder, url, prefix);
        await host.WaitForLineAsync(line => line.StartsWith("promised ", StringComparison.Ordinal), cancellationToken);

        // The one time that is waited for: the instant of the kill is the experiment.
        await Task.Delay(TimeSpan.FromMilliseconds(random.Next(50, 1500)), TimeProvider.System, cancellationToken);
        return await host.KillAsync(cancellationToken);
    }

    /// <summary>Runs the host without publishing until nothing is pending.</summary>
    /// <returns>What it said: how each delivery ended, by the log.</returns>
    private static async Task<IReadOnlyList<string>> DrainAsync(
        string database, string folder, string url, CancellationToken cancellationToken)
    {
        using var host = Start(database, folder, url);
        try
        {
            await host.WaitForLineAsync(line => line is "drained", cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Something is pending for too long: the assertions say what.
        }

        return await host.KillAsync(CancellationToken.None);
    }

    private static ChildProcess Start(string database, string folder, string url, params string[] prefix) =>
        ChildProcess.Start("Webhooks.Crash.Host.dll", folder, [database, url, .. prefix]);

    private static HashSet<string> EventsThatAre(string word, List<string> said) => said
        .Where(line => line.StartsWith(word + " ", StringComparison.Ordinal))
        .Select(line => line[(word.Length + 1)..])
        .ToHashSet(StringComparer.Ordinal);

    private static string Join(IEnumerable<string> ids) => string.Join(", ", ids.Order(StringComparer.Ordinal));
}
