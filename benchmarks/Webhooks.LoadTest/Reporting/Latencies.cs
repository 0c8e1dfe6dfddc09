using Webhooks.LoadTest.Receiving;
using Webhooks.LoadTest.Sending;

namespace Webhooks.LoadTest.Reporting;

/// <summary>How long messages took to the receiver.</summary>
internal static class Latencies
{
    /// <summary>The milliseconds of each message that has arrived.</summary>
    public static double[] Of(IReadOnlyList<SentMessage> sent, IReadOnlyList<Arrival> arrivals)
    {
        var arrived = arrivals.GroupBy(static arrival => arrival.Id, StringComparer.Ordinal)
            .ToDictionary(static group => group.Key, static group => group.First().Timestamp, StringComparer.Ordinal);
        return
        [
            .. sent.Where(message => arrived.ContainsKey(message.Id)).Select(message =>
                TimeProvider.System.GetElapsedTime(message.Timestamp, arrived[message.Id]).TotalMilliseconds),
        ];
    }
}
