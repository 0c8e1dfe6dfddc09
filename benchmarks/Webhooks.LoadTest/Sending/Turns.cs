using Webhooks.LoadTest.Reporting;
using Webhooks.LoadTest.Scenarios;

namespace Webhooks.LoadTest.Sending;

/// <summary>Two loads of the library that took turns, of which one was made harder.</summary>
/// <param name="Without">The phases of the load without what makes it harder.</param>
/// <param name="With">The phases of the load with it.</param>
/// <param name="Work">What the store did in the second.</param>
internal sealed record Turns(IReadOnlyList<Phase> Without, IReadOnlyList<Phase> With, long Work)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    /// <summary>Runs both in and lets them take turns.</summary>
    public static async Task<Turns> TakeAsync(ScenarioRun run, ILoad without, ILoad with, Func<ValueTask<long>> countWork)
    {
        var (duration, receiver) = (run.Options.PhaseDuration, run.Receiver);
        await RunIn.RunAsync(without, receiver, duration / 2);
        await RunIn.RunAsync(with, receiver, duration / 2);
        List<Phase> theirs = [];
        List<Phase> ours = [];
        long work = 0;
        for (var round = 0; round < run.Options.Rounds; round++)
        {
            theirs.Add(await Phase.MeasureAsync(without, receiver, duration));
            await Task.Delay(Pause, TimeProvider.System);
            var before = await countWork();
            ours.Add(await Phase.MeasureAsync(with, receiver, duration));

            // The last outcomes are on their way to the store.
            await Task.Delay(Pause, TimeProvider.System);
            work += await countWork() - before;
        }

        return new Turns(theirs, ours, work);
    }

    /// <summary>Reports the throughput of one over that of the other.</summary>
    public void Report(ScenarioRun run, Goal goal)
    {
        var ratios = With.Zip(Without, static (with, without) => with.PerSecond / without.PerSecond).ToList();
        run.Add("throughput_ratio", ratios.Median(), "ratio", goal);
        run.Add("throughput_ratio_lowest", ratios.Min(), "ratio");
        run.Add("throughput_ratio_highest", ratios.Max(), "ratio");
        run.Add("deliveries", With.Select(static phase => phase.PerSecond).Median(), "1/s");
        run.Add("deliveries_without", Without.Select(static phase => phase.PerSecond).Median(), "1/s");
        run.Add("processor_time_per_delivery", With.Select(static phase => phase.MicrosecondsEach).Median(), "µs");
        run.Add("processor_time_without", Without.Select(static phase => phase.MicrosecondsEach).Median(), "µs");
        run.Add(
            $"{run.Store.WorkUnit}_per_delivery", (double)Work / With.Sum(static phase => phase.Arrived), run.Store.WorkUnit!, Goal.AtMost(0.05));
    }
}
