using Webhooks.LoadTest.Reporting;
using Webhooks.LoadTest.Sending;
using Webhooks.LoadTest.Stores;

namespace Webhooks.LoadTest.Scenarios;

/// <summary>
/// How long one publish takes that comes alone, over one bare commit of the same rows on the same database. The two take turns,
/// and each waits until the delivery before is recorded.
/// </summary>
internal sealed class PublishScenario : Scenario
{
    private const int PairsPerSecond = 50;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public override string Name => "publish";

    public override IReadOnlyList<string> Stores => [SqliteStore.StoreName, PostgreSqlStore.StoreName];

    public override async Task RunAsync(ScenarioRun run)
    {
        var (options, receiver) = (run.Options, run.Receiver);
        run.Variant = "concurrency 1";
        await using var host = await SendingHost.StartAsync(run.Store);
        await host.CreateEndpointsAsync(receiver, fanOut: 1);
        await using var commit = await run.Store.CreateBareCommitAsync();
        var single = new PublishLoad(host, receiver, fanOut: 1, publishers: 1, underWay: 1);
        await RunIn.RunAsync(single, receiver, options.PhaseDuration / 2);
        var sent = new SentLog();
        var list = sent.NewList();
        List<double> publishes = [];
        List<double> commits = [];
        var pairs = Math.Max(10, (int)(PairsPerSecond * options.Rounds * options.PhaseDuration.TotalSeconds));
        var before = receiver.Count;
        for (var i = 0; i < pairs; i++)
        {
            commits.Add(await MillisecondsAsync(() => commit.RunAsync(LoadEvent.PayloadBytes)));
            await Task.Delay(Pause, TimeProvider.System);
            publishes.Add(await MillisecondsAsync(async () => list.Add(await host.PublishAsync(i))));
            await receiver.WaitForAsync(before + i + 1, Patience);
            await Task.Delay(Pause, TimeProvider.System);
        }

        await run.CheckAsync(single.Sent, sent);
        await run.CheckRecordedAsync(host);

        // The first of both are the run-in.
        var runIn = pairs / 5;
        var publish = publishes.Skip(runIn).Median();
        var bare = commits.Skip(runIn).Median();
        run.Add("p50_over_bare_commit", publish / bare, "ratio", Goal.AtMost(1.3));
        run.Add("publish_p50", publish, "ms");
        run.Add("bare_commit_p50", bare, "ms");
        run.Add("publish_p99", publishes.Skip(runIn).Quantile(0.99), "ms");
        run.Add("bare_commit_p99", commits.Skip(runIn).Quantile(0.99), "ms");
    }

    private static async Task<double> MillisecondsAsync(Func<Task> action)
    {
        var started = TimeProvider.System.GetTimestamp();
        await action();
        return TimeProvider.System.GetElapsedTime(started).TotalMilliseconds;
    }
}
