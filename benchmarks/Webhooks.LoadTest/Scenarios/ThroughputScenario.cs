using System.Globalization;
using Webhooks.LoadTest.Ceiling;
using Webhooks.LoadTest.Receiving;
using Webhooks.LoadTest.Reporting;
using Webhooks.LoadTest.Sending;
using Webhooks.LoadTest.Stores;

namespace Webhooks.LoadTest.Scenarios;

/// <summary>Deliveries a second from publish to receiver, over what the machine can send at all.</summary>
internal sealed class ThroughputScenario : Scenario
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    public override string Name => "throughput";

    public override IReadOnlyList<string> Stores => StoreUnderTest.Names;

    public override async Task RunAsync(ScenarioRun run)
    {
        var (options, receiver) = (run.Options, run.Receiver);
        run.Variant = string.Create(CultureInfo.InvariantCulture, $"fan-out {options.FanOut}")
            + (options.Receiver == ReceiverProgram.Servers[0] ? "" : $", receiver: {options.Receiver}");
        var concurrency = await BestConcurrency.FindAsync(run);
        using var ceiling = new CeilingLoad(receiver, concurrency);
        await using var host = await SendingHost.StartAsync(
            run.Store, settings => settings.Dispatcher.MaxConcurrency = concurrency);
        await host.CreateEndpointsAsync(receiver, options.FanOut);
        var published = new PublishLoad(host, receiver, options.FanOut, options.Publishers, options.UnderWay);

        await RunIn.RunAsync(ceiling, receiver, options.PhaseDuration / 2);
        await RunIn.RunAsync(published, receiver, options.PhaseDuration / 2);

        List<Phase> baseline = [];
        List<Phase> ours = [];
        long work = 0;
        for (var round = 0; round < options.Rounds; round++)
        {
            baseline.Add(await Phase.MeasureAsync(ceiling, receiver, options.PhaseDuration));
            var before = await run.Store.CountWorkAsync(host.Store);
            ours.Add(await Phase.MeasureAsync(published, receiver, options.PhaseDuration));

            // The last outcomes are on their way to the store.
            await Task.Delay(Pause, TimeProvider.System);
            work += await run.Store.CountWorkAsync(host.Store) - before;
        }

        await run.CheckAsync(ceiling.Sent, published.Sent);
        await run.CheckRecordedAsync(host);
        Add(run, concurrency, baseline, ours, work);
    }

    private static void Add(ScenarioRun run, int concurrency, List<Phase> baseline, List<Phase> ours, long work)
    {
        var ratios = ours.Zip(baseline, static (our, theirs) => our.PerSecond / theirs.PerSecond).ToList();
        run.Add("ratio_to_ceiling", ratios.Median(), "ratio", RatioGoal(run.Store.Name, run.Options.FanOut));
        run.Add("ratio_to_ceiling_lowest", ratios.Min(), "ratio");
        run.Add("ratio_to_ceiling_highest", ratios.Max(), "ratio");
        run.Add("deliveries", ours.Select(static phase => phase.PerSecond).Median(), "1/s");
        run.Add("ceiling", baseline.Select(static phase => phase.PerSecond).Median(), "1/s");
        run.Add("ceiling_concurrency", concurrency, "requests");
        if (run.Store.WorkUnit is { } unit)
        {
            run.Add($"{unit}_per_delivery", (double)work / ours.Sum(static phase => phase.Arrived), unit, Goal.AtMost(0.05));
        }

        var bytes = ours.Select(static phase => phase.BytesEach).Median();
        var ceilingBytes = baseline.Select(static phase => phase.BytesEach).Median();
        run.Add("allocation_ratio", bytes / ceilingBytes, "ratio", Goal.AtMost(1.4));
        run.Add("bytes_per_delivery", bytes, "B");
        run.Add("ceiling_bytes_per_request", ceilingBytes, "B");
        run.Add("processor_time_per_delivery", ours.Select(static phase => phase.MicrosecondsEach).Median(), "µs");
        run.Add("ceiling_processor_time_per_request", baseline.Select(static phase => phase.MicrosecondsEach).Median(), "µs");
    }

    private static Goal RatioGoal(string store, int fanOut) => Goal.AtLeast((store, fanOut) switch
    {
        (MemoryStore.StoreName, _) => 0.92,
        (SqliteStore.StoreName, 1) => 0.70,
        (PostgreSqlStore.StoreName, > 1) => 0.80,
        _ => 0.75,
    });
}
