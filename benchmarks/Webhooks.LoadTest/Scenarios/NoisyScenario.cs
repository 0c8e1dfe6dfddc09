using System.Globalization;
using Webhooks.LoadTest.Reporting;
using Webhooks.LoadTest.Sending;
using Webhooks.LoadTest.Stores;

namespace Webhooks.LoadTest.Scenarios;

/// <summary>What three endpoints that are a burden cost the 47 others: how long messages to those take from publish to receiver.</summary>
internal sealed class NoisyScenario : Scenario
{
    private const int QuietCount = 47;
    private const int Backlog = 10_000;

    private static readonly TimeSpan ShortestDeadline = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestDeadline = TimeSpan.FromSeconds(15);

    /// <summary>How long the limited neighbour has for its first request: in a short run on a busy machine it may come late.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public override string Name => "noisy";

    public override IReadOnlyList<string> Stores => StoreUnderTest.Names;

    public override async Task RunAsync(ScenarioRun run)
    {
        var (options, receiver) = (run.Options, run.Receiver);
        var backlog = options.Backlog ?? Backlog;
        run.Variant = string.Create(CultureInfo.InvariantCulture, $"backlog {backlog}");
        var deadline = TimeSpan.FromSeconds(Math.Clamp(
            options.PhaseDuration.TotalSeconds, ShortestDeadline.TotalSeconds, LongestDeadline.TotalSeconds));
        await using var host = await SendingHost.StartAsync(run.Store, settings => settings.Dispatcher.AttemptTimeout = deadline);
        await host.CreateEndpointsAsync(receiver, fanOut: 1, QuietCount);
        var rate = await MeasureRateAsync(run, host) / 10;
        run.Add("rate", rate, "1/s");

        var neighbours = await NoisyNeighbours.CreateAsync(host, receiver, QuietCount, deadline);
        await neighbours.AddBacklogAsync(backlog);
        var load = new PacedLoad(receiver, rate, number => PublishAsync(host, number));
        List<Turn> without = [];
        List<Turn> with = [];
        List<double> workWithout = [];
        List<double> workWith = [];
        for (var round = 0; round < options.Rounds; round++)
        {
            await neighbours.DisableAsync();

            // Attempts under way reach their deadline, and retries that come due become held.
            await Task.Delay(deadline * 1.5, TimeProvider.System);
            workWithout.Add(await CountWorkAsync(run, host, async () => without.Add(await MeasureAsync(run, load, neighbours, noise: 0))));

            await neighbours.EnableAsync();
            await Task.Delay(deadline / 2, TimeProvider.System);
            workWith.Add(await CountWorkAsync(run, host, async () => with.Add(await MeasureAsync(run, load, neighbours, rate / QuietCount))));
        }

        run.Check("unknown", await neighbours.WhenLimitedWasServedAsync(receiver, QuietCount, Patience));
        await neighbours.DisableAsync();
        await Task.Delay(deadline * 1.5, TimeProvider.System);
        run.Check("unknown", neighbours.Separate(await receiver.TakeAsync(), QuietCount).Count);
        await neighbours.CheckAsync(run);
        await run.CheckRecordedAsync(host);
        Add(run, "p99", 0.99, without, with, Goal.AtMost(1.25));
        Add(run, "p50", 0.5, without, with, goal: null);
        run.Add("collector", with.ConvertAll(static turn => turn.Pauses.TotalMilliseconds).Median(), "ms");
        run.Add("collector_without", without.ConvertAll(static turn => turn.Pauses.TotalMilliseconds).Median(), "ms");
        if (run.Store.WorkUnit is { } unit)
        {
            run.Add(unit, workWith.Median(), "1/s");
            run.Add($"{unit}_without", workWithout.Median(), "1/s");
        }
    }

    /// <summary>How much the store has to do in a second.</summary>
    private static async Task<double> CountWorkAsync(ScenarioRun run, SendingHost host, Func<Task> phase)
    {
        var (started, before) = (TimeProvider.System.GetTimestamp(), await run.Store.CountWorkAsync(host.Store));
        await phase();
        return (await run.Store.CountWorkAsync(host.Store) - before) / TimeProvider.System.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task<double> MeasureRateAsync(ScenarioRun run, SendingHost host)
    {
        var full = new PublishLoad(host, run.Receiver, fanOut: 1, run.Options.Publishers, run.Options.UnderWay);
        await RunIn.RunAsync(full, run.Receiver, run.Options.PhaseDuration / 2);
        var rate = (await Phase.MeasureAsync(full, run.Receiver, run.Options.PhaseDuration)).PerSecond;
        await run.CheckAsync(full.Sent);
        return rate;
    }

    /// <param name="run">The run.</param>
    /// <param name="load">What is published to those that are quiet.</param>
    /// <param name="neighbours">Those that are not.</param>
    /// <param name="noise">How much is published to each of them in a second.</param>
    private static async Task<Turn> MeasureAsync(ScenarioRun run, PacedLoad load, NoisyNeighbours neighbours, double noise)
    {
        // No turn pays for what another left: with a store in memory a collection takes longer than anything that is looked for here.
        GC.Collect();
        var pausesBefore = GC.GetTotalPauseDuration();
        var phase = Phase.MeasureAsync(load, run.Receiver, run.Options.PhaseDuration);
        if (noise > 0)
        {
            await neighbours.PublishWhileAsync(phase, noise);
        }

        await phase;
        var pauses = GC.GetTotalPauseDuration() - pausesBefore;
        var sent = load.Sent.Take();
        var arrivals = neighbours.Separate(await run.Receiver.TakeAsync(), QuietCount);
        run.Check(sent, arrivals);
        return new Turn(Latencies.Of(sent, arrivals), pauses);
    }

    /// <summary>Publishes and counts from before the publish: a burden on the store is one on the publisher.</summary>
    private static async Task<SentMessage> PublishAsync(SendingHost host, int number)
    {
        var started = TimeProvider.System.GetTimestamp();
        return await host.PublishAsync(number) with { Timestamp = started };
    }

    private static void Add(ScenarioRun run, string name, double part, List<Turn> without, List<Turn> with, Goal? goal)
    {
        var pairs = with.Zip(without, (with, without) => (With: with.Latencies.Quantile(part), Without: without.Latencies.Quantile(part))).ToList();
        run.Add($"{name}_ratio", pairs.Select(static pair => pair.With / pair.Without).Median(), "ratio", goal);
        run.Add(name, pairs.Select(static pair => pair.With).Median(), "ms");
        run.Add($"{name}_without", pairs.Select(static pair => pair.Without).Median(), "ms");
    }

    /// <param name="Latencies">The milliseconds of each message.</param>
    /// <param name="Pauses">How long the collector had this process stopped.</param>
    private sealed record Turn(double[] Latencies, TimeSpan Pauses);
}
