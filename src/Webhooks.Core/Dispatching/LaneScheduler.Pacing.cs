using Webhooks.Diagnostics;
using Webhooks.Storage;

namespace Webhooks.Dispatching;

/// <content>Rate limits: a lane that has one waits until an attempt may start.</content>
internal sealed partial class LaneScheduler
{
    private readonly Dictionary<string, RateGate> _tenantGates = new(StringComparer.Ordinal);
    private readonly PriorityQueue<Lane, DateTimeOffset> _paced = new();
    private readonly List<RateGate> _wanting = [];
    private bool _isPaceWanted;

    /// <summary>How long before its time a delivery may be held in memory: its lease has to last for that and for its attempt.</summary>
    private TimeSpan Foresight => options.LeaseDuration / 4;

    /// <summary>The rate limits that stop a lane for which time has to be reserved, and for how many attempts.</summary>
    public IReadOnlyList<(RateGate Gate, int Count)> GatesThatWantTime()
    {
        lock (_lock)
        {
            List<(RateGate, int)> wanted =
                [.. _wanting.Select(static gate => (gate, gate.CountFor(gate.Waiting.Sum(static lane => lane.WaitingCount))))];
            _wanting.Clear();
            return wanted;
        }
    }

    /// <summary>Gives time that was reserved to the lanes that wait for it.</summary>
    /// <param name="gate">The rate limit.</param>
    /// <param name="start">When the first attempt may start.</param>
    /// <param name="count">For how many attempts there is time.</param>
    /// <param name="horizon">The latest time for which deliveries wait in memory.</param>
    /// <returns>The deliveries that wait for a later time.</returns>
    public IReadOnlyList<LeasedDelivery> Grant(RateGate gate, DateTimeOffset start, int count, DateTimeOffset horizon)
    {
        lock (_lock)
        {
            List<LeasedDelivery> tooEarly = [];
            gate.Grant(start, count);
            foreach (var lane in gate.Waiting)
            {
                lane.IsPaced = false;
                if (start > horizon && !_isStopped)
                {
                    tooEarly.AddRange(lane.TakeAll());
                    Pace(lane, start);
                }

                MakeReady(lane);
                RemoveIfIdle(lane);
            }

            gate.Waiting.Clear();
            return tooEarly;
        }
    }

    /// <summary>Notes that time could not be reserved.</summary>
    public void WantTimeAgain(IEnumerable<RateGate> gates)
    {
        lock (_lock)
        {
            _wanting.AddRange(gates);
        }
    }

    /// <summary>Makes the lanes ready whose time has come.</summary>
    /// <returns>When the next one's comes; null when none waits.</returns>
    public DateTimeOffset? StartPaced(DateTimeOffset now)
    {
        var isHeldWanted = false;
        DateTimeOffset? next = null;
        lock (_lock)
        {
            while (_paced.TryPeek(out var lane, out var time))
            {
                if (time > now)
                {
                    next = time;
                    break;
                }

                _paced.Dequeue();
                lane.IsPaced = false;
                MakeReady(lane);
                isHeldWanted |= lane.IsTakenOver && WantsHeld(lane);
                RemoveIfIdle(lane);
            }
        }

        if (isHeldWanted)
        {
            wake();
        }

        return next;
    }

    /// <summary>Forgets the limits of an endpoint that was changed; the next attempt brings the new ones.</summary>
    public void ForgetLimits(EndpointKey endpoint)
    {
        lock (_lock)
        {
            if (!_lanes.TryGetValue(endpoint, out var lane) || !lane.IsPaced)
            {
                return;
            }

            ReleaseGates(lane);
            (lane.IsPaced, lane.MaxConcurrency) = (false, 1);
            MakeReady(lane);
        }

        pace();
        wake();
    }

    /// <summary>Takes the time of an attempt from the lane's rate limits, or lets the lane wait for it.</summary>
    private bool MayStart(Lane lane)
    {
        if (lane.Gate is null && lane.TenantGate is null)
        {
            return true;
        }

        var now = timeProvider.GetNow();
        if (lane.Next is not { } next)
        {
            return false;
        }

        if (next.LeaseUntil - now < options.ShortestLease)
        {
            // It goes back to the store without an attempt, and takes nobody's time.
            return true;
        }

        if (!IsOpen(lane, lane.Gate, now) || !IsOpen(lane, lane.TenantGate, now))
        {
            return false;
        }

        lane.Gate?.Take();
        lane.TenantGate?.Take();
        return true;
    }

    private bool IsOpen(Lane lane, RateGate? gate, DateTimeOffset now)
    {
        if (gate is null || gate.IsOpen(now))
        {
            return true;
        }

        if (gate.NextAt is { } time)
        {
            Pace(lane, time);
        }
        else
        {
            lane.IsPaced = true;
            if (gate.Waiting.Count == 0)
            {
                _wanting.Add(gate);
            }

            gate.Waiting.Add(lane);
        }

        _isPaceWanted = true;
        return false;
    }

    private void Pace(Lane lane, DateTimeOffset time)
    {
        lane.IsPaced = true;
        _paced.Enqueue(lane, time);
    }

    /// <summary>Whether what it would claim now has to wait for longer than a lease may last.</summary>
    private bool IsTooEarly(Lane lane) =>
        (lane.Gate?.NextAt ?? lane.TenantGate?.NextAt) is { } time && time > timeProvider.GetNow() + Foresight;

    /// <summary>How many deliveries may wait in a lane: with a rate limit not more than it can attempt before their leases run out.</summary>
    private int CapacityOf(Lane lane) => lane.Gate is null
        ? options.CapacityPerEndpoint
        : (int)Math.Clamp(Foresight / lane.Gate.Interval, 1, options.CapacityPerEndpoint);

    /// <returns>Whether a limit is new: then the attempt that has brought it has to wait for its time too.</returns>
    private bool SetGates(Lane lane, in LaneLimits limits)
    {
        if (lane.Gate?.Interval == limits.Interval && lane.TenantGate?.Interval == limits.TenantInterval)
        {
            return false;
        }

        ReleaseGates(lane);
        lane.IsPaced = false;
        var (tenantId, endpointId) = lane.Endpoint;
        lane.Gate = limits.Interval is { } interval ? new RateGate(tenantId, endpointId, interval) : null;
        lane.TenantGate = limits.TenantInterval is { } tenantInterval ? GetTenantGate(tenantId, tenantInterval) : null;
        return lane.Gate is not null || lane.TenantGate is not null;
    }

    private RateGate GetTenantGate(string tenantId, TimeSpan interval)
    {
        if (!_tenantGates.TryGetValue(tenantId, out var gate) || gate.Interval != interval)
        {
            gate = _tenantGates[tenantId] = new RateGate(tenantId, endpointId: null, interval);
        }

        gate.LaneCount++;
        return gate;
    }

    private void ReleaseGates(Lane lane)
    {
        if (lane.TenantGate is { } gate && --gate.LaneCount == 0 && _tenantGates.GetValueOrDefault(gate.TenantId) == gate)
        {
            _tenantGates.Remove(gate.TenantId);
        }

        (lane.Gate, lane.TenantGate) = (null, null);
    }
}
