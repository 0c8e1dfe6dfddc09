using System.Globalization;
using Webhooks.LoadTest.Ceiling;
using Webhooks.LoadTest.Filling;
using Webhooks.LoadTest.Reporting;
using Webhooks.LoadTest.Sending;
using Webhooks.LoadTest.Stores;

namespace Webhooks.LoadTest.Scenarios;

/// <summary>What the backlog of a dead endpoint costs the others: a claim, and the throughput of live traffic.</summary>
internal sealed class BacklogScenario : Scenario
{
    private const int SmallBacklog = 1_000;
    private const int LargeBacklog = 1_000_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public override string Name => "backlog";

    public override IReadOnlyList<string> Stores => [SqliteStore.StoreName, PostgreSqlStore.StoreName];

    public override async Task RunAsync(ScenarioRun run)
    {
        var large = run.Options.Backlog ?? LargeBacklog;
        var small = Math.Min(SmallBacklog, large);
        run.Variant = string.Create(CultureInfo.InvariantCulture, $"{large} pending");
        var concurrency = await BestConcurrency.FindAsync(run);
        await using var smallStore = await run.Store.CreateAnotherAsync();
        var waiting = new SentLog();
        await FillAsync(run, smallStore, small, waiting);
        await FillAsync(run, run.Store, large, waiting);
        await MeasureClaimsAsync(run, smallStore);

        await using var smallHost = await StartAsync(smallStore, concurrency);
        await using var largeHost = await StartAsync(run.Store, concurrency);

        // What was claimed and given back goes out now.
        await run.Receiver.WaitForAsync(2 * ClaimMeasurement.DueCount, Patience);
        var without = CreateLoad(run, smallHost);
        var with = CreateLoad(run, largeHost);
        var turns = await Turns.TakeAsync(run, without, with, () => run.Store.CountWorkAsync(largeHost.Store));

        await run.CheckAsync(waiting, without.Sent, with.Sent);
        await run.CheckRecordedAsync(smallHost);
        await run.CheckRecordedAsync(largeHost);
        turns.Report(run, Goal.AtLeast(0.9));
    }

    private static async Task FillAsync(ScenarioRun run, StoreUnderTest store, int backlog, SentLog waiting)
    {
        await using var host = await StartPublisherAsync(store);
        await host.CreateEndpointsAsync(run.Receiver, fanOut: 1);
        var started = TimeProvider.System.GetTimestamp();
        await DeadEndpoint.AddAsync(host, run.Receiver, backlog);
        run.Say($"{backlog} deliveries of a dead endpoint added in {TimeProvider.System.GetElapsedTime(started).TotalSeconds:F1} s");
        var list = waiting.NewList();
        for (var number = 0; number < ClaimMeasurement.DueCount; number++)
        {
            list.Add(await host.PublishAsync(number));
        }

        await store.SettleAsync();
    }

    private static async Task MeasureClaimsAsync(ScenarioRun run, StoreUnderTest smallStore)
    {
        await using var smallHost = await StartPublisherAsync(smallStore);
        await using var largeHost = await StartPublisherAsync(run.Store);
        var small = new ClaimMeasurement(smallHost.Store);
        var large = new ClaimMeasurement(largeHost.Store);
        var pairs = Math.Max(10, (int)(20 * run.Options.Rounds * run.Options.PhaseDuration.TotalSeconds));
        for (var i = 0; i < pairs; i++)
        {
            await small.RunAsync();
            await large.RunAsync();
        }

        run.Check("claimed_wrongly", small.WrongCount + large.WrongCount);
        run.Add("claim_ratio", large.Milliseconds / small.Milliseconds, "ratio", Goal.AtMost(1.2));
        run.Add("claim", large.Milliseconds, "ms");
        run.Add("claim_with_small_backlog", small.Milliseconds, "ms");
    }

    private static async Task<SendingHost> StartAsync(StoreUnderTest store, int concurrency)
    {
        var host = await SendingHost.StartAsync(store, options => options.Dispatcher.MaxConcurrency = concurrency);
        host.UseTenants(fanOut: 1);
        return host;
    }

    private static Task<SendingHost> StartPublisherAsync(StoreUnderTest store) =>
        SendingHost.StartAsync(store, static options => options.Dispatcher.Enabled = false);

    private static PublishLoad CreateLoad(ScenarioRun run, SendingHost host) =>
        new(host, run.Receiver, fanOut: 1, run.Options.Publishers, run.Options.UnderWay);
}
