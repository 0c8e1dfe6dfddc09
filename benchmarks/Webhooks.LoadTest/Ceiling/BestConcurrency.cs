using Webhooks.LoadTest.Receiving;
using Webhooks.LoadTest.Scenarios;
using Webhooks.LoadTest.Sending;

namespace Webhooks.LoadTest.Ceiling;

/// <summary>Finds the concurrency at which the ceiling is highest on this machine.</summary>
internal static class BestConcurrency
{
    private static readonly int[] Candidates = [8, 16, 32, 64, 128];

    /// <summary>The concurrency that was asked for, or the best.</summary>
    public static async Task<int> FindAsync(ScenarioRun run)
    {
        if (run.Options.Concurrency is { } given)
        {
            return given;
        }

        var receiver = run.Receiver;
        var duration = run.Options.PhaseDuration / 4;
        await MeasureAsync(receiver, concurrency: 32, duration);
        var (best, most) = (0, 0.0);
        foreach (var concurrency in Candidates)
        {
            var rate = await MeasureAsync(receiver, concurrency, duration);
            run.Say($"ceiling at concurrency {concurrency}: {rate:F0}/s");
            if (rate > most)
            {
                (best, most) = (concurrency, rate);
            }
        }

        await receiver.TakeAsync();
        return best;
    }

    private static async Task<double> MeasureAsync(
        ReceiverProcess receiver, int concurrency, TimeSpan duration)
    {
        using var ceiling = new CeilingLoad(receiver, concurrency);
        return (await Phase.MeasureAsync(ceiling, receiver, duration)).PerSecond;
    }
}
