using Webhooks.LoadTest.Receiving;
using Webhooks.LoadTest.Sending;

namespace Webhooks.LoadTest.Peers;

/// <summary>What a peer did in one phase.</summary>
/// <param name="PerSecond">How many deliveries arrived in a second of the steady state.</param>
/// <param name="OurRatio">Our own rate just before, over this one.</param>
/// <param name="MicrosecondsEach">The time of processors that the peer's processes took for each.</param>
internal sealed record PeerPhase(double PerSecond, double OurRatio, double MicrosecondsEach)
{
    public static async Task<PeerPhase> MeasureAsync(PeerLoad load, ReceiverProcess receiver, TimeSpan duration, double ourRate)
    {
        await load.CommandAsync("work");
        var before = load.ProcessorTime;
        var phase = await Phase.MeasureAsync(load, receiver, duration);
        var taken = load.ProcessorTime - before;
        await load.CommandAsync("rest");
        return new PeerPhase(phase.PerSecond, ourRate / phase.PerSecond, taken.TotalMicroseconds / phase.Arrived);
    }
}
