using Webhooks.Dispatching;
using Webhooks.Endpoints;

namespace Webhooks.Storage.InMemory;

internal sealed partial class InMemoryWebhookStore
{
    private const int MaxResumedPerClaim = 64;
    private const int MaxEndedPerClaim = 1_000;

    private readonly PauseIndex _pauses = new();

    public Task<ClaimResult> ClaimAsync(ClaimRequest request, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var leased = new List<LeasedDelivery>();
            var seen = 0;
            for (; seen < request.Limit && _due.FirstDue(request.Now) is { } delivery; seen++)
            {
                if (delivery.IsExpired(request.Now))
                {
                    Cancel(delivery, request.Now, CancelReason.Expired);
                }
                else if (delivery.Endpoint.TakesDeliveries || delivery.IsInterrupted)
                {
                    leased.Add(Lease(delivery, request.LeaseUntil, request.Owner));
                }
                else
                {
                    Hold(delivery, request.Now);
                }
            }

            var resumed = new List<EndpointKey>();
            while (resumed.Count < MaxResumedPerClaim && _pauses.FirstOver(request.Now) is { } endpoint)
            {
                Pause(endpoint, request.LeaseUntil, request.Owner);
                resumed.Add(endpoint.Stored.Key);
            }

            var hasMore = seen == request.Limit || resumed.Count == MaxResumedPerClaim;
            return Task.FromResult(new ClaimResult(leased, resumed, hasMore, Earlier(_due.Next, _pauses.Next)));
        }
    }

    public Task<HeldClaimResult> ClaimHeldAsync(HeldClaimRequest request, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!TryGetEndpoint(request.Endpoint, out _, out var endpoint)
                || !endpoint.IsEnabled
                || endpoint.PausedUntil is null
                || !string.Equals(endpoint.PausedBy, request.Owner, StringComparison.Ordinal))
            {
                return Task.FromResult(new HeldClaimResult([], IsOver: true));
            }

            var leased = endpoint.IsOrdered ? LeaseInOrder(endpoint, request) : LeaseHeld(endpoint, request);
            var isOver = endpoint.Held.Count == 0;
            Pause(endpoint, isOver ? null : request.LeaseUntil, isOver ? null : request.Owner);
            return Task.FromResult(new HeldClaimResult(leased, isOver));
        }
    }

    public Task<DateTimeOffset?> FindOldestDueAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(_due.FirstDue(now)?.DueAt);
        }
    }

    public Task<IReadOnlyList<bool>> CompleteAsync(
        string owner, IReadOnlyList<DeliveryOutcome> outcomes, CancellationToken cancellationToken)
    {
        DeliveryOutcome[] batch = [.. outcomes];
        var results = new bool[batch.Length];
        lock (_lock)
        {
            for (var i = 0; i < batch.Length; i++)
            {
                results[i] = Complete(owner, batch[i]);
            }
        }

        return Task.FromResult<IReadOnlyList<bool>>(results);
    }

    public Task ReleaseAsync(string owner, IReadOnlyList<DeliveryRelease> releases, CancellationToken cancellationToken)
    {
        DeliveryRelease[] batch = [.. releases];
        lock (_lock)
        {
            foreach (var (lease, dueAt) in batch)
            {
                if (FindLeased(lease.Message.TenantId, lease.Id, owner, lease.AttemptNumber) is not { } delivery)
                {
                    continue;
                }

                if (delivery.DueAt is null)
                {
                    GiveBackInOrder(delivery, owner, dueAt);
                }
                else if (delivery.Endpoint.TakesDeliveries)
                {
                    _due.Schedule(delivery, dueAt, leaseOwner: null);
                }
                else
                {
                    Hold(delivery, dueAt);
                }
            }
        }

        return Task.CompletedTask;
    }

    public Task<bool> PauseEndpointAsync(EndpointPause pause, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!TryGetEndpoint(pause.Endpoint, out _, out var endpoint)
                || (pause.EndpointVersion ?? endpoint.Stored.Endpoint.Version) != endpoint.Stored.Endpoint.Version)
            {
                return Task.FromResult(false);
            }

            if (endpoint is { IsOrdered: true, PausedBy: { } owner }
                && pause.Reason == PauseReason.Backlog
                && !string.Equals(pause.Owner, owner, StringComparison.Ordinal))
            {
                return Task.FromResult(false);
            }

            return Task.FromResult(TryPause(endpoint, pause.Until, pause.Owner, pause.Reason));
        }
    }

    public Task MarkFailingAsync(IReadOnlyList<FailureMark> marks, CancellationToken cancellationToken)
    {
        FailureMark[] batch = [.. marks];
        lock (_lock)
        {
            foreach (var (key, failingSince) in batch)
            {
                if (TryGetEndpoint(key, out _, out var endpoint))
                {
                    endpoint.FailingSince = failingSince is null ? null : endpoint.FailingSince ?? failingSince;
                }
            }
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<DateTimeOffset>> ReserveAsync(
        DateTimeOffset now, IReadOnlyList<RateReservation> reservations, CancellationToken cancellationToken)
    {
        RateReservation[] batch = [.. reservations];
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<DateTimeOffset>>(
                [.. batch.Select(reservation => FindLine(reservation)?.Reserve(now, reservation) ?? now)]);
        }
    }

    private RateLine? FindLine(RateReservation reservation)
    {
        if (reservation.EndpointId is null)
        {
            return _tenants.GetValueOrDefault(reservation.TenantId)?.Rate;
        }

        return TryGetEndpoint(new EndpointKey(reservation.TenantId, reservation.EndpointId), out _, out var endpoint)
            ? endpoint.Rate
            : null;
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? left, DateTimeOffset? right) => left > right ? right : left ?? right;

    private bool Complete(string owner, DeliveryOutcome outcome)
    {
        var attempt = outcome.Attempt;
        if (FindLeased(attempt.TenantId, attempt.DeliveryId, owner, attempt.Number) is not { } delivery)
        {
            return false;
        }

        delivery.AttemptCount = attempt.Number;
        delivery.LastStatusCode = attempt.StatusCode;
        delivery.LastError = attempt.Error;
        delivery.LastDuration = outcome.IsAttemptKnown ? attempt.Duration : null;
        delivery.Sent = outcome.Sent ?? delivery.Sent;
        if (outcome.IsAttemptKnown)
        {
            delivery.Attempts = [.. delivery.Attempts, attempt];
            if (delivery.Attempts.Length == 1)
            {
                PruneAttemptLater(delivery);
            }
        }

        if (outcome is { Status: DeliveryStatus.Pending, RetryAt: { } time } && delivery.DueAt is null)
        {
            delivery.LeaseOwner = null;
            TryPause(delivery.Endpoint, time, owner: null, PauseReason.Retry);
        }
        else if (outcome is { Status: DeliveryStatus.Pending, RetryAt: { } retryAt })
        {
            // Due even while the endpoint is paused: a held delivery could be resumed before its retry is due.
            _due.Schedule(delivery, retryAt, leaseOwner: null);
        }
        else
        {
            End(delivery, outcome.Status, attempt.StartedAt + attempt.Duration, outcome.CancelReason);
        }

        Announce(outcome.Announcement);
        return true;
    }

    private DeliveryRow? FindLeased(string tenantId, string deliveryId, string owner, int attemptNumber) =>
        FindDelivery(tenantId, deliveryId) is { } delivery
        && delivery.AttemptCount + 1 == attemptNumber
        && string.Equals(delivery.LeaseOwner, owner, StringComparison.Ordinal)
            ? delivery
            : null;

    private LeasedDelivery Lease(DeliveryRow delivery, DateTimeOffset until, string owner)
    {
        var isInterrupted = delivery.IsInterrupted;
        _due.Schedule(delivery, until, owner);
        return delivery.ToLeased(isInterrupted);
    }

    private List<LeasedDelivery> LeaseHeld(EndpointRow endpoint, HeldClaimRequest request)
    {
        var leased = new List<LeasedDelivery>();
        for (var ended = 0; leased.Count < request.Limit && ended < MaxEndedPerClaim && endpoint.Held.Min is { } delivery;)
        {
            if (delivery.IsExpired(request.Now))
            {
                Cancel(delivery, request.Now, CancelReason.Expired);
                ended++;
            }
            else
            {
                leased.Add(Lease(delivery, request.LeaseUntil, request.Owner));
            }
        }

        return leased;
    }

    private List<LeasedDelivery> LeaseInOrder(EndpointRow endpoint, HeldClaimRequest request)
    {
        foreach (var delivery in endpoint.Held.Take(MaxEndedPerClaim).TakeWhile(delivery => delivery.IsExpired(request.Now)).ToList())
        {
            Cancel(delivery, request.Now, CancelReason.Expired);
        }

        var leased = new List<LeasedDelivery>();
        foreach (var delivery in endpoint.Held.Take(request.Limit))
        {
            if (leased.Count > 0 && (delivery.Message.Message.IsAtMostOnce || delivery.Message.Message.IsExpired(request.Now)))
            {
                // Its lease is the record that it may have been sent, so that it is leased alone; what has expired ends when it is first.
                break;
            }

            var isInterrupted = delivery.IsInterrupted;
            delivery.LeaseOwner = request.Owner;
            leased.Add(delivery.ToLeasedInOrder(request.LeaseUntil, isInterrupted));
            if (delivery.Message.Message.IsAtMostOnce)
            {
                break;
            }
        }

        return leased;
    }

    private void GiveBackInOrder(DeliveryRow delivery, string owner, DateTimeOffset dueAt)
    {
        delivery.LeaseOwner = null;
        if (string.Equals(delivery.Endpoint.PausedBy, owner, StringComparison.Ordinal))
        {
            Pause(delivery.Endpoint, dueAt, owner: null);
        }
    }

    /// <summary>Holds a delivery; if it is the first in the line of an ordered endpoint, whoever is next takes that over.</summary>
    private void Hold(DeliveryRow delivery, DateTimeOffset now)
    {
        _due.Hold(delivery);
        if (delivery.Endpoint is { IsOrdered: true, IsEnabled: true, PausedUntil: null } endpoint)
        {
            Pause(endpoint, now, owner: null);
        }
    }

    private bool TryPause(EndpointRow endpoint, DateTimeOffset until, string? owner, PauseReason reason)
    {
        if (endpoint is { PausedUntil: { } present, PauseReason: not PauseReason.Backlog }
            && (reason == PauseReason.Backlog || until <= present))
        {
            return false;
        }

        Pause(endpoint, until, owner, reason);
        return true;
    }

    private void Pause(
        EndpointRow endpoint, DateTimeOffset? until, string? owner, PauseReason reason = PauseReason.Backlog)
    {
        _pauses.Remove(endpoint);
        endpoint.PauseReason = reason;
        endpoint.PausedUntil = until;
        endpoint.PausedBy = owner;
        _pauses.Add(endpoint);
    }

    private void Cancel(DeliveryRow delivery, DateTimeOffset now, CancelReason reason) =>
        End(delivery, DeliveryStatus.Canceled, now, reason);

    private void End(DeliveryRow delivery, DeliveryStatus status, DateTimeOffset now, CancelReason? reason)
    {
        _due.Remove(delivery);
        delivery.Status = status;
        delivery.CompletedAt = now;
        delivery.CancelReason = reason;
        delivery.Sent = null;
        delivery.Endpoint.Pending.Remove(delivery);
        delivery.Message.PendingCount--;
        PruneLaterIfDone(delivery.Message);
    }
}
