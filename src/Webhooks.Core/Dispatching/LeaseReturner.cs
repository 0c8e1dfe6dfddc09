using Webhooks.Diagnostics;
using Webhooks.Storage;

namespace Webhooks.Dispatching;

/// <summary>
/// Collects leases that go back without an attempt, until the claim loop writes them to the store. Their deliveries keep their
/// room in memory until then.
/// </summary>
internal sealed class LeaseReturner(
    IDeliveryStore store,
    string owner,
    LaneScheduler scheduler,
    WakeUp wakeUp,
    TimeSpan shortestLease,
    TimeProvider timeProvider)
{
    private const int MaxBatch = 1_000;

    private readonly Lock _lock = new();
    private List<DeliveryRelease> _releases = [];

    /// <summary>Gives back a lease of a delivery that was not its turn yet.</summary>
    public void Return(LeasedDelivery delivery)
    {
        if (delivery is { IsOrdered: true, Message.IsAtMostOnce: false })
        {
            // All its lease is the take-over of its endpoint: the next claim leases it again.
            scheduler.Free(1);
            return;
        }

        Return(delivery, timeProvider.GetNow());
    }

    /// <summary>Gives back a lease of a delivery that is not to be attempted before a time, and its endpoint with it if that is ordered.</summary>
    public void Return(LeasedDelivery delivery, DateTimeOffset dueAt)
    {
        lock (_lock)
        {
            _releases.Add(new DeliveryRelease(delivery, dueAt));
        }

        wakeUp.Call();
    }

    /// <summary>Has the claim loop look at a delivery that waits before its lease ends.</summary>
    public void WatchLease(LeasedDelivery delivery) => wakeUp.CallAt(delivery.LeaseUntil - shortestLease);

    /// <summary>Gives back what is sent at most once and waits for too long.</summary>
    public void ReturnAtMostOnce()
    {
        foreach (var delivery in scheduler.TakeAtMostOnce(timeProvider.GetNow() + shortestLease + TimeSpan.FromMilliseconds(1)))
        {
            Return(delivery);
        }
    }

    /// <summary>Hands endpoints that this dispatcher has taken over to whichever comes first.</summary>
    public async Task HandOverAsync(IReadOnlyList<EndpointKey> endpoints, CancellationToken cancellationToken)
    {
        foreach (var endpoint in endpoints)
        {
            // Still its own, so that it does not end what another has taken over meanwhile.
            var pause = new EndpointPause(endpoint, timeProvider.GetNow(), owner);
            await store.PauseEndpointAsync(pause, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Writes what was collected. What could not be written is kept.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        var releases = Take();
        try
        {
            while (releases.Count > 0)
            {
                var batch = releases.GetRange(0, Math.Min(releases.Count, MaxBatch));
                await store.ReleaseAsync(owner, batch, cancellationToken).ConfigureAwait(false);
                releases.RemoveRange(0, batch.Count);
                scheduler.Free(batch.Count);
            }
        }
        finally
        {
            lock (_lock)
            {
                _releases.AddRange(releases);
            }
        }
    }

    private List<DeliveryRelease> Take()
    {
        lock (_lock)
        {
            var taken = _releases;
            _releases = [];
            return taken;
        }
    }
}
