using System.Diagnostics.CodeAnalysis;
using Webhooks.Storage;

namespace Webhooks.Dispatching;

/// <summary>
/// Decides what is attempted next. It holds the lanes and hands out the two things that endpoints share: room in memory
/// and slots for attempts. Pure bookkeeping under one lock; it never waits.
/// </summary>
/// <remarks>
/// Both are shared by dynamic thresholds (Choudhury and Hahne, 1998): one lane may hold as much as is still free, and no
/// more. Lanes that are few get nearly all that they want, and however many dead endpoints there are, something stays free
/// for the others.
/// </remarks>
/// <param name="options">The limits.</param>
/// <param name="wake">
/// Called, outside of the lock, when there is room again after <see cref="Reserve"/> could give none, and when a lane that was
/// taken over can take more of what is held.
/// </param>
internal sealed class LaneScheduler(DispatcherOptions options, Action wake)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<EndpointKey, Lane> _lanes = [];
    private readonly Queue<Lane> _ready = [];
    private int _freeRoom = options.Capacity;
    private int _freeSlots = options.MaxConcurrency;
    private bool _isRoomWanted;
    private bool _isStopped;

    /// <summary>Sets room aside for deliveries that are about to be leased.</summary>
    /// <param name="wanted">How many there may be.</param>
    /// <param name="share">The part of the free room that may be taken: 2 for a half.</param>
    /// <returns>For how many there is room.</returns>
    public int Reserve(int wanted, int share)
    {
        lock (_lock)
        {
            var reserved = _isStopped ? 0 : Math.Min(wanted, (_freeRoom + share - 1) / share);
            _freeRoom -= reserved;
            _isRoomWanted |= reserved == 0;
            return reserved;
        }
    }

    /// <summary>Gives room back: it was not used, or the deliveries' outcomes are recorded.</summary>
    public void Free(int count)
    {
        var isFreed = false;
        lock (_lock)
        {
            _freeRoom += count;
            if (_isRoomWanted && _freeRoom >= options.Capacity / 4)
            {
                _isRoomWanted = false;
                isFreed = true;
            }
        }

        if (isFreed)
        {
            wake();
        }
    }

    /// <summary>Puts a leased delivery, whose room is set aside, into its lane.</summary>
    /// <param name="delivery">The delivery.</param>
    /// <param name="isHeld">Whether it was held and claimed for this lane, which has the place for it.</param>
    public EnqueueResult Enqueue(LeasedDelivery delivery, bool isHeld)
    {
        lock (_lock)
        {
            if (_isStopped)
            {
                return EnqueueResult.Stopped;
            }

            var lane = GetLane(delivery.EndpointKey);
            if (!isHeld && IsFull(lane))
            {
                return EnqueueResult.LaneFull;
            }

            lane.Add(delivery);
            MakeReady(lane);
            return EnqueueResult.Accepted;
        }
    }

    /// <summary>Takes the next delivery that may be attempted now.</summary>
    public bool TryStart([NotNullWhen(true)] out Lane? lane, [NotNullWhen(true)] out LeasedDelivery? delivery)
    {
        lock (_lock)
        {
            for (var i = _freeSlots == 0 ? 0 : _ready.Count; i > 0; i--)
            {
                lane = _ready.Dequeue();
                lane.IsReady = false;
                if (lane.InFlight < lane.MaxConcurrency && lane.InFlight < _freeSlots && lane.TryTake(out delivery))
                {
                    lane.InFlight++;
                    _freeSlots--;
                    MakeReady(lane);
                    return true;
                }

                // Its turn comes again when one of its attempts ends, or, for want of slots, in the next round.
                if (lane.InFlight < lane.MaxConcurrency)
                {
                    MakeReady(lane);
                }
            }
        }

        (lane, delivery) = (null, null);
        return false;
    }

    /// <summary>Ends an attempt: its slot is free for whoever is next.</summary>
    public void Finish(Lane lane)
    {
        bool isHeldWanted;
        lock (_lock)
        {
            lane.InFlight--;
            _freeSlots++;
            MakeReady(lane);
            isHeldWanted = lane.IsTakenOver && WantsHeld(lane);
            RemoveIfIdle(lane);
        }

        if (isHeldWanted)
        {
            wake();
        }
    }

    /// <summary>Sets how many attempts a lane may have under way, now that it is known, before one of them is made.</summary>
    /// <returns>False when there are too many: the delivery waits again, before the others, and its attempt is to be ended.</returns>
    public bool Admit(Lane lane, LeasedDelivery delivery, int maxConcurrency)
    {
        lock (_lock)
        {
            lane.MaxConcurrency = maxConcurrency;
            if (lane.InFlight > maxConcurrency && !_isStopped)
            {
                lane.PutBack(delivery);
                return false;
            }

            MakeReady(lane);
            return true;
        }
    }

    /// <summary>Notes that this instance has taken an endpoint over, or that it no longer has.</summary>
    public void SetTakenOver(EndpointKey endpoint, bool isTakenOver)
    {
        lock (_lock)
        {
            var lane = GetLane(endpoint);
            lane.IsTakenOver = isTakenOver && !_isStopped;
            RemoveIfIdle(lane);
        }
    }

    /// <summary>The endpoints taken over whose lanes have room for more of what is held, and for how much.</summary>
    public IReadOnlyList<(EndpointKey Endpoint, int Count)> LanesThatWantHeld()
    {
        lock (_lock)
        {
            return
            [
                .. _lanes.Values
                    .Where(lane => lane.IsTakenOver && WantsHeld(lane))
                    .Select(lane => (lane.Endpoint, options.CapacityPerEndpoint - lane.WaitingCount)),
            ];
        }
    }

    /// <summary>How many deliveries wait, and how many lanes there are.</summary>
    public (int Waiting, int Lanes) Count()
    {
        lock (_lock)
        {
            return (_lanes.Values.Sum(static lane => lane.WaitingCount), _lanes.Count);
        }
    }

    /// <summary>Takes no more deliveries and starts no more attempts.</summary>
    /// <returns>The deliveries that were waiting, whose room is still set aside, and the endpoints that were taken over.</returns>
    public (IReadOnlyList<LeasedDelivery> Waiting, IReadOnlyList<EndpointKey> TakenOver) Stop()
    {
        lock (_lock)
        {
            _isStopped = true;
            _ready.Clear();
            List<LeasedDelivery> waiting = [.. _lanes.Values.SelectMany(lane => lane.TakeAll())];
            List<EndpointKey> takenOver = [.. _lanes.Values.Where(lane => lane.IsTakenOver).Select(lane => lane.Endpoint)];
            foreach (var lane in _lanes.Values)
            {
                lane.IsTakenOver = false;
            }

            return (waiting, takenOver);
        }
    }

    private bool IsFull(Lane lane) =>
        lane.WaitingCount >= options.CapacityPerEndpoint
        || lane.WaitingCount + lane.InFlight > Math.Max(_freeRoom, Math.Max(lane.MaxConcurrency, options.MaxConcurrencyPerEndpoint));

    private bool WantsHeld(Lane lane) => lane.WaitingCount <= options.CapacityPerEndpoint / 2;

    private Lane GetLane(EndpointKey endpoint)
    {
        if (!_lanes.TryGetValue(endpoint, out var lane))
        {
            lane = new Lane(endpoint);
            _lanes.Add(endpoint, lane);
        }

        return lane;
    }

    private void MakeReady(Lane lane)
    {
        if (!lane.IsReady && lane.WaitingCount > 0 && !_isStopped)
        {
            lane.IsReady = true;
            _ready.Enqueue(lane);
        }
    }

    private void RemoveIfIdle(Lane lane)
    {
        if (lane.IsIdle)
        {
            _lanes.Remove(lane.Endpoint);
        }
    }
}
