using Webhooks.LoadTest.Ceiling;
using Webhooks.LoadTest.Reporting;
using Webhooks.LoadTest.Sending;
using Webhooks.LoadTest.Stores;

namespace Webhooks.LoadTest.Scenarios;

/// <summary>
/// How long a delivery takes from the return of the publish to the receiver, at a tenth of the throughput, over how long a bare
/// request takes to get there.
/// </summary>
internal sealed class LatencyScenario : Scenario
{
    public override string Name => "latency";

    public override IReadOnlyList<string> Stores => StoreUnderTest.Names;

    public override async Task RunAsync(ScenarioRun run)
    {
        var (options, receiver) = (run.Options, run.Receiver);
        run.Variant = "a tenth of the throughput";
        var concurrency = await BestConcurrency.FindAsync(run);
        using var ceiling = new CeilingLoad(receiver, concurrency);
        await using var host = await SendingHost.StartAsync(run.Store);
        await host.CreateEndpointsAsync(receiver, fanOut: 1);

        var full = new PublishLoad(host, receiver, fanOut: 1, options.Publishers, options.UnderWay);
        await RunIn.RunAsync(full, receiver, options.PhaseDuration / 2);
        var rate = (await Phase.MeasureAsync(full, receiver, options.PhaseDuration)).PerSecond / 10;
        run.Add("rate", rate, "1/s");
        await run.CheckAsync(full.Sent);

        var requests = new PacedLoad(receiver, rate, ceiling.SendOneAsync);
        var publishes = new PacedLoad(receiver, rate, host.PublishAsync);
        List<double[]> baseline = [];
        List<double[]> ours = [];
        for (var round = 0; round < options.Rounds; round++)
        {
            await Phase.MeasureAsync(requests, receiver, options.PhaseDuration);
            baseline.Add(await CheckAsync(run, requests));
            await Phase.MeasureAsync(publishes, receiver, options.PhaseDuration);
            ours.Add(await CheckAsync(run, publishes));
        }

        await run.CheckRecordedAsync(host);
        Add(run, "p50", 0.5, baseline, ours, Goal.AtMost(2));
        Add(run, "p99", 0.99, baseline, ours, Goal.AtMost(15));
    }

    private static async Task<double[]> CheckAsync(ScenarioRun run, PacedLoad load)
    {
        var (sent, arrivals) = await run.CheckAsync(load.Sent);
        return Latencies.Of(sent, arrivals);
    }

    private static void Add(ScenarioRun run, string name, double part, List<double[]> baseline, List<double[]> ours, Goal goal)
    {
        var theirs = baseline.Select(latencies => latencies.Quantile(part)).Median();
        var our = ours.Select(latencies => latencies.Quantile(part)).Median();
        run.Add($"{name}_over_ceiling", our - theirs, "ms", goal);
        run.Add(name, our, "ms");
        run.Add($"ceiling_{name}", theirs, "ms");
    }
}
