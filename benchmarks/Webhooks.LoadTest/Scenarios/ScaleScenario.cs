using System.Globalization;
using Webhooks.LoadTest.Ceiling;
using Webhooks.LoadTest.Instances;
using Webhooks.LoadTest.Reporting;
using Webhooks.LoadTest.Sending;
using Webhooks.LoadTest.Stores;

namespace Webhooks.LoadTest.Scenarios;

/// <summary>The throughput of several instances on one database, each of which publishes and dispatches, over that of one.</summary>
internal sealed class ScaleScenario : Scenario
{
    private static readonly int[] Counts = [1, 2, 4];

    public override string Name => "scale";

    public override IReadOnlyList<string> Stores => [PostgreSqlStore.StoreName];

    public override async Task RunAsync(ScenarioRun run)
    {
        var store = (PostgreSqlStore)run.Store;
        var concurrency = await BestConcurrency.FindAsync(run);
        await using var host = await SendingHost.StartAsync(store, static options => options.Dispatcher.Enabled = false);
        await host.CreateEndpointsAsync(run.Receiver, fanOut: 1);
        await using var group = new InstanceGroup(run, store, Counts.Max(), concurrency);
        await group.RunInAsync(CountWork);
        var phases = Counts.ToDictionary(static count => count, static _ => new List<InstancePhase>());
        for (var round = 0; round < run.Options.Rounds; round++)
        {
            foreach (var count in Counts)
            {
                phases[count].Add(await group.MeasureAsync(count, CountWork));
            }
        }

        foreach (var count in Counts)
        {
            run.Variant = string.Create(CultureInfo.InvariantCulture, $"instances {count}");
            Add(run, phases[count], phases[1]);
        }

        run.Variant = "all instances";
        run.Check("attempted_twice", phases.Values.SelectMany(static list => list).Sum(static phase => phase.TooManyAttempts));
        await run.CheckRecordedAsync(host);

        ValueTask<long> CountWork() => store.CountWorkAsync(host.Store);
    }

    private static void Add(ScenarioRun run, List<InstancePhase> phases, List<InstancePhase> one)
    {
        var work = phases.Select(static phase => phase.WorkEach).Median();
        if (phases != one)
        {
            var ratios = phases.Zip(one, static (several, one) => several.PerSecond / one.PerSecond);
            run.Add("total_ratio", ratios.Median(), "ratio", Goal.AtLeast(1));
            run.Add("statements_ratio", work / one.Select(static phase => phase.WorkEach).Median(), "ratio", Goal.AtMost(1));
        }

        run.Add("deliveries", phases.Select(static phase => phase.PerSecond).Median(), "1/s");
        run.Add("statements_per_delivery", work, "statements", Goal.AtMost(0.05));
        for (var instance = 0; instance < phases[0].Published.Count; instance++)
        {
            run.Add($"published_by_{instance + 1}", phases.Select(phase => phase.Published[instance]).Median(), "share");
            run.Add($"attempted_by_{instance + 1}", phases.Select(phase => phase.Attempted[instance]).Median(), "share");
        }
    }
}
