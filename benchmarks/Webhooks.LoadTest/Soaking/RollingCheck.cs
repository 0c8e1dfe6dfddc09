using System.Numerics;
using System.Runtime.InteropServices;
using Webhooks.LoadTest.Receiving;
using Webhooks.LoadTest.Sending;

namespace Webhooks.LoadTest.Soaking;

/// <summary>
/// Compares the ids of both sides again and again while sending goes on, and forgets what is settled, so that it takes no more
/// memory after an hour than after a minute.
/// </summary>
internal sealed class RollingCheck
{
    private readonly Dictionary<string, Copies> _open = new(StringComparer.Ordinal);
    private HashSet<string> _settled = [];

    private long _again;
    private long _surplus;

    /// <summary>
    /// What it has come to: lost is what has not arrived yet, and unknown is also a second copy that came long after the first.
    /// </summary>
    public LossCheck Result => new(
        _open.Values.Sum(static copies => Math.Max(0, (copies.Sent ?? 0) - copies.Arrived)),
        _again + _surplus + _open.Values.Sum(static copies => copies.Surplus),
        _open.Values.Count(static copies => copies.Sent is null));

    /// <summary>Takes what was sent and what has arrived since the last time.</summary>
    public void Update(IReadOnlyList<SentMessage> sent, IReadOnlyList<Arrival> arrivals)
    {
        foreach (var message in sent)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_open, message.Id, out _).Sent = message.Copies;
        }

        foreach (var arrival in arrivals)
        {
            ref var copies = ref CollectionsMarshal.GetValueRefOrAddDefault(_open, arrival.Id, out _);
            var target = 1UL << arrival.Target;
            _again += (copies.Targets & target) == 0 ? 0 : 1;
            copies.Targets |= target;
        }

        // What is settled stays for one more turn: a second copy mostly comes soon after the first.
        foreach (var id in _settled)
        {
            if (_open.Remove(id, out var copies))
            {
                _surplus += copies.Surplus;
            }
        }

        _settled = [.. _open.Where(static entry => entry.Value.Sent <= entry.Value.Arrived).Select(static entry => entry.Key)];
    }

    /// <param name="Sent">How many there are; null while the sender was not told.</param>
    /// <param name="Targets">Where they have arrived, a bit for each target.</param>
    [StructLayout(LayoutKind.Auto)]
    private record struct Copies(int? Sent, ulong Targets)
    {
        public readonly int Arrived => BitOperations.PopCount(Targets);

        public readonly int Surplus => Math.Max(0, Arrived - (Sent ?? Arrived));
    }
}
