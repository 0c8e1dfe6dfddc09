using System.Diagnostics.CodeAnalysis;
using Webhooks.Diagnostics;
using Webhooks.Endpoints;
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
/// <param name="pace">Called, outside of the lock, when a lane has to wait for the time that a rate limit allows.</param>
/// <param name="timeProvider">Tells the time where a rate limit asks for it.</param>
internal sealed partial class LaneScheduler(DispatcherOptions options, Action wake, Action pace, TimeProvider timeProvider)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<EndpointKey, Lane> _lanes = [];
    private readonly Queue<Lane> _ready = [];
    private int _freeRoom = options.Capacity;
    private int _freeSlots = options.MaxConcurrency;
    private bool _isRoomWanted;
    private bool _isStopped;
    private bool _hasAtMostOnce;

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
            if (lane.IsClosed)
            {
                return EnqueueResult.Closed;
            }

            if (!isHeld && IsFull(lane))
            {
                return EnqueueResult.LaneFull;
            }

            lane.Add(delivery);
            _hasAtMostOnce |= delivery.Message.IsAtMostOnce;
            MakeReady(lane);
            return EnqueueResult.Accepted;
        }
    }

    /// <summary>Takes the next delivery that may be attempted now.</summary>
    public bool TryStart([NotNullWhen(true)] out Lane? lane, [NotNullWhen(true)] out LeasedDelivery? delivery)
    {
        var isStarted = false;
        bool isPaceWanted;
        (lane, delivery) = (null, null);
        lock (_lock)
        {
            for (var i = _freeSlots == 0 ? 0 : _ready.Count; i > 0 && !isStarted; i--)
            {
                lane = _ready.Dequeue();
                lane.IsReady = false;
                if (lane.InFlight < lane.Limit && lane.InFlight < _freeSlots && MayStart(lane) && lane.TryTake(out delivery))
                {
                    lane.InFlight++;
                    _freeSlots--;
                    MakeReady(lane);
                    isStarted = true;
                }
                else if (lane.InFlight < lane.Limit)
                {
                    // For want of slots, in the next round. Else its turn comes again when one of its attempts ends.
                    MakeReady(lane);
                }
            }

            (isPaceWanted, _isPaceWanted) = (_isPaceWanted, false);
        }

        if (isPaceWanted)
        {
            pace();
        }

        return isStarted;
    }

    /// <summary>Ends an attempt, or that none was made: its slot is free for whoever is next.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="verdict">What the attempt says about the endpoint.</param>
    /// <param name="breaker">When a circuit opens.</param>
    /// <returns>The pause that the endpoint has to have from now on, if any: its lane is closed until that is in the store.</returns>
    public LaneClosing? Finish(Lane lane, in AttemptVerdict verdict, CircuitBreakerOptions breaker)
    {
        bool isHeldWanted;
        LaneClosing? closing;
        lock (_lock)
        {
            lane.InFlight--;
            _freeSlots++;
            closing = verdict.Counts ? Judge(lane, verdict, breaker) : null;
            MakeReady(lane);
            isHeldWanted = lane.IsTakenOver && WantsHeld(lane);
            RemoveIfIdle(lane);
        }

        if (isHeldWanted)
        {
            wake();
        }

        return closing;
    }

    /// <summary>Sets what a lane is allowed, now that it is known, before an attempt is made.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="delivery">What is about to be attempted. If it is not admitted, its attempt is to be ended.</param>
    /// <param name="limits">The limits.</param>
    /// <param name="tooMany">What has no place in the lane, because of a rate limit that is new.</param>
    public AdmitResult Admit(
        Lane lane, LeasedDelivery delivery, in LaneLimits limits, out IReadOnlyList<LeasedDelivery> tooMany)
    {
        tooMany = [];
        lock (_lock)
        {
            if (lane.IsClosed)
            {
                return AdmitResult.Closed;
            }

            lane.MaxConcurrency = limits.MaxConcurrency;
            var isLimited = SetGates(lane, limits);
            if (_isStopped || (lane.InFlight <= lane.Limit && !isLimited))
            {
                MakeReady(lane);
                return AdmitResult.Admitted;
            }

            lane.PutBack(delivery);
            if (lane.WaitingCount > CapacityOf(lane))
            {
                tooMany = lane.TakeBeyond(CapacityOf(lane));
            }

            return AdmitResult.Waiting;
        }
    }

    /// <summary>
    /// Takes what is sent at most once and has waited for so long that its lease is about to end: a lease that ran out is taken for
    /// an attempt.
    /// </summary>
    /// <param name="before">Leases that end before this time.</param>
    public IReadOnlyList<LeasedDelivery> TakeAtMostOnce(DateTimeOffset before)
    {
        lock (_lock)
        {
            if (!_hasAtMostOnce)
            {
                return [];
            }

            var taken = new List<LeasedDelivery>();
            _hasAtMostOnce = false;
            foreach (var lane in _lanes.Values.ToArray())
            {
                taken.AddRange(lane.TakeWhere(delivery => delivery.Message.IsAtMostOnce && delivery.LeaseUntil < before));
                _hasAtMostOnce |= lane.HasAny(static delivery => delivery.Message.IsAtMostOnce);
                RemoveIfIdle(lane);
            }

            return taken;
        }
    }

    /// <summary>Notes that the pause for which a lane was closed is in the store.</summary>
    public void Reopen(EndpointKey endpoint)
    {
        lock (_lock)
        {
            if (_lanes.TryGetValue(endpoint, out var lane))
            {
                lane.IsClosed = false;
                RemoveIfIdle(lane);
            }
        }
    }

    /// <summary>Removes the waiting deliveries of a tenant, or of one of its messages; their room is still set aside.</summary>
    /// <returns>How many there were.</returns>
    public int Remove(string tenantId, string? messageId)
    {
        lock (_lock)
        {
            var removed = 0;
            foreach (var lane in _lanes.Values.Where(lane => string.Equals(lane.Endpoint.TenantId, tenantId, StringComparison.Ordinal)).ToList())
            {
                removed += lane.TakeWhere(delivery => messageId is null || string.Equals(delivery.Message.Id, messageId, StringComparison.Ordinal)).Count;
                RemoveIfIdle(lane);
            }

            return removed;
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
            List<EndpointKey> takenOver = [.. _takenOver.Select(static lane => lane.Endpoint)];
            foreach (var lane in _takenOver)
            {
                lane.IsTakenOver = false;
            }

            _takenOver.Clear();
            return (waiting, takenOver);
        }
    }

    private LaneClosing? Judge(Lane lane, in AttemptVerdict verdict, CircuitBreakerOptions breaker)
    {
        var now = timeProvider.GetNow();
        var isOpen = breaker.Enabled && !lane.IsClosed && !_isStopped
            && lane.Circuit.Record(verdict.IsFailure, verdict.FailingSince is not null, now, breaker);
        if (verdict.PauseUntil is { } until && until > now)
        {
            return Close(lane, verdict.EndpointVersion, until, PauseReason.RetryAfter);
        }

        return isOpen
            ? Close(lane, verdict.EndpointVersion, now + breaker.BreakAfter(now - (verdict.FailingSince ?? now)), PauseReason.Failing)
            : null;
    }

    private LaneClosing Close(Lane lane, long endpointVersion, DateTimeOffset until, PauseReason reason)
    {
        SetTakenOver(lane, isTakenOver: false);
        (lane.IsClosed, lane.Circuit) = (true, default);
        return new LaneClosing(lane.Endpoint, endpointVersion, until, reason, lane.TakeAll());
    }

    private bool IsFull(Lane lane) =>
        lane.WaitingCount >= CapacityOf(lane)
        || lane.WaitingCount + lane.InFlight > Math.Max(_freeRoom, Math.Max(lane.MaxConcurrency, options.MaxConcurrencyPerEndpoint));

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
        if (!lane.IsReady && !lane.IsPaced && lane.WaitingCount > 0 && !_isStopped)
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
            ReleaseGates(lane);
        }
    }
}
