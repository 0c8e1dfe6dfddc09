using Webhooks.Storage;

namespace Webhooks.Dispatching;

/// <content>Endpoints that this instance has taken over: their lanes claim what is held for them.</content>
internal sealed partial class LaneScheduler
{
    private readonly HashSet<Lane> _takenOver = [];

    /// <summary>Notes that this instance has taken an endpoint over, or that it no longer has.</summary>
    /// <param name="endpoint">Which endpoint.</param>
    /// <param name="isTakenOver">Whether it has.</param>
    /// <param name="isProbe">Whether one attempt has to succeed before more are made at a time.</param>
    public void SetTakenOver(EndpointKey endpoint, bool isTakenOver, bool isProbe = false)
    {
        lock (_lock)
        {
            var lane = GetLane(endpoint);
            SetTakenOver(lane, isTakenOver && !_isStopped);
            if (isProbe)
            {
                lane.Circuit.Probe();
            }

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
                .. _takenOver
                    .Where(WantsHeld)
                    .Select(lane => (lane.Endpoint, lane.Circuit.IsProbing ? 1 : CapacityOf(lane) - lane.WaitingCount)),
            ];
        }
    }

    /// <summary>Takes what waits behind an attempt out of an ordered lane, because it is not this instance's turn to attempt it now.</summary>
    /// <param name="lane">The lane, whose attempt has not been ended yet.</param>
    /// <param name="isTakenOver">Whether the endpoint is still taken over by this instance, if it was, so that it claims anew.</param>
    /// <returns>What waited, whose room is still set aside.</returns>
    public IReadOnlyList<LeasedDelivery> BreakLine(Lane lane, bool isTakenOver)
    {
        lock (_lock)
        {
            SetTakenOver(lane, lane.IsTakenOver && isTakenOver);
            return lane.TakeAll();
        }
    }

    private void SetTakenOver(Lane lane, bool isTakenOver)
    {
        lane.IsTakenOver = isTakenOver;
        if (isTakenOver)
        {
            _takenOver.Add(lane);
        }
        else
        {
            _takenOver.Remove(lane);
        }
    }

    private bool WantsHeld(Lane lane) =>
        (lane.Circuit.IsProbing || lane.IsOrdered ? lane.WaitingCount + lane.InFlight == 0 : lane.WaitingCount <= CapacityOf(lane) / 2) && !IsTooEarly(lane);
}
