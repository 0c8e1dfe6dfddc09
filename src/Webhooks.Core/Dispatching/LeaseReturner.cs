using Webhooks.Diagnostics;
using Webhooks.Storage;

namespace Webhooks.Dispatching;

/// <summary>
/// Collects leases that go back without an attempt, and endpoints whose lanes are full, until the claim loop writes them to
/// the store. They keep their room in memory until then.
/// </summary>
internal sealed class LeaseReturner(
    IDeliveryStore store,
    string owner,
    LaneScheduler scheduler,
    WakeUp wakeUp,
    DispatcherOptions options,
    TimeProvider timeProvider)
{
    private const int MaxBatch = 1_000;

    private readonly Lock _lock = new();
    private List<DeliveryRelease> _releases = [];
    private HashSet<EndpointKey> _fullLanes = [];

    /// <summary>Gives a lease back.</summary>
    public void Return(LeasedDelivery delivery, DateTimeOffset? dueAt = null)
    {
        lock (_lock)
        {
            _releases.Add(new DeliveryRelease(delivery, dueAt ?? timeProvider.GetNow()));
        }

        wakeUp.Call();
    }

    /// <summary>
    /// Gives the lease of a delivery back whose lane is full. Its endpoint is paused in the store and taken over by this
    /// dispatcher, which claims what is held as the lane has room again.
    /// </summary>
    public void ReturnOverflow(LeasedDelivery delivery)
    {
        lock (_lock)
        {
            _fullLanes.Add(delivery.EndpointKey);
        }

        Return(delivery);
    }

    /// <summary>Hands endpoints that this dispatcher has taken over to whichever comes first.</summary>
    public async Task HandOverAsync(IReadOnlyList<EndpointKey> endpoints, CancellationToken cancellationToken)
    {
        foreach (var endpoint in endpoints)
        {
            var pause = new EndpointPause(endpoint, timeProvider.GetNow(), Owner: null);
            await store.PauseEndpointAsync(pause, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Writes what was collected. What could not be written is kept.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        var (releases, fullLanes) = Take();
        try
        {
            while (fullLanes.Count > 0)
            {
                var endpoint = fullLanes.First();
                var pause = new EndpointPause(endpoint, timeProvider.GetNow() + options.LeaseDuration, owner);
                if (await store.PauseEndpointAsync(pause, cancellationToken).ConfigureAwait(false))
                {
                    scheduler.SetTakenOver(endpoint, isTakenOver: true);
                }

                fullLanes.Remove(endpoint);
            }

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
            Restore(releases, fullLanes);
        }
    }

    private (List<DeliveryRelease> Releases, HashSet<EndpointKey> FullLanes) Take()
    {
        lock (_lock)
        {
            var taken = (_releases, _fullLanes);
            (_releases, _fullLanes) = ([], []);
            return taken;
        }
    }

    private void Restore(List<DeliveryRelease> releases, HashSet<EndpointKey> fullLanes)
    {
        if (releases.Count > 0 || fullLanes.Count > 0)
        {
            lock (_lock)
            {
                _releases.AddRange(releases);
                _fullLanes.UnionWith(fullLanes);
            }
        }
    }
}
