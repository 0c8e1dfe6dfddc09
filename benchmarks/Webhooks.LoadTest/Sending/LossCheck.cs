using System.Runtime.InteropServices;
using Webhooks.LoadTest.Receiving;

namespace Webhooks.LoadTest.Sending;

/// <summary>Compares the ids of both sides.</summary>
/// <param name="Lost">Copies that were sent and did not arrive.</param>
/// <param name="Doubled">Copies that arrived more than once, though nothing failed.</param>
/// <param name="Unknown">Ids that arrived and that no sender was told of.</param>
internal sealed record LossCheck(long Lost, long Doubled, long Unknown)
{
    public static LossCheck Compare(IReadOnlyList<SentMessage> sent, IReadOnlyList<Arrival> arrivals)
    {
        var seen = new HashSet<(int, string)>(arrivals.Count);
        var copies = new Dictionary<string, int>(sent.Count, StringComparer.Ordinal);
        long doubled = 0;
        foreach (var arrival in arrivals)
        {
            if (seen.Add((arrival.Target, arrival.Id)))
            {
                CollectionsMarshal.GetValueRefOrAddDefault(copies, arrival.Id, out _)++;
            }
            else
            {
                doubled++;
            }
        }

        long lost = 0;
        foreach (var message in sent)
        {
            copies.Remove(message.Id, out var arrived);
            lost += Math.Max(0, message.Copies - arrived);
            doubled += Math.Max(0, arrived - message.Copies);
        }

        return new LossCheck(lost, doubled, copies.Count);
    }
}
