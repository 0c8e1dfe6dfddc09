using Webhooks.LoadTest.Receiving;

namespace Webhooks.LoadTest.Sending;

/// <summary>What a load did in one phase.</summary>
/// <param name="Arrived">How many requests arrived in all.</param>
/// <param name="PerSecond">How many of them in a second of the steady state.</param>
/// <param name="BytesEach">What the sending process allocated for each.</param>
/// <param name="MicrosecondsEach">The time of processors that the sending process took for each.</param>
internal sealed record Phase(long Arrived, double PerSecond, double BytesEach, double MicrosecondsEach)
{
    /// <summary>The part of a phase before the steady state.</summary>
    private const double RampUp = 0.15;

    /// <summary>Runs a load and measures it at the receiver.</summary>
    public static async Task<Phase> MeasureAsync(ILoad load, ReceiverProcess receiver, TimeSpan duration)
    {
        using var stop = new CancellationTokenSource();
        var arrivedBefore = receiver.Count;
        var bytesBefore = GC.GetTotalAllocatedBytes(precise: true);
        var processorBefore = Environment.CpuUsage.TotalTime;
        var running = load.RunAsync(stop.Token);

        await Task.Delay(duration * RampUp, TimeProvider.System);
        var (arrivedAtFirst, first) = (receiver.Count, TimeProvider.System.GetTimestamp());
        await Task.Delay(duration * (1 - RampUp), TimeProvider.System);
        var (arrivedAtLast, last) = (receiver.Count, TimeProvider.System.GetTimestamp());

        await stop.CancelAsync();
        await running;
        double arrived = receiver.Count - arrivedBefore;
        return new Phase(
            (long)arrived,
            (arrivedAtLast - arrivedAtFirst) / TimeProvider.System.GetElapsedTime(first, last).TotalSeconds,
            (GC.GetTotalAllocatedBytes(precise: true) - bytesBefore) / arrived,
            (Environment.CpuUsage.TotalTime - processorBefore).TotalMicroseconds / arrived);
    }
}
