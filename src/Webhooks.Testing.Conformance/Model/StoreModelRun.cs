using Webhooks.Storage;
using Xunit;

namespace Webhooks.Testing.Conformance.Model;

/// <summary>Does a sequence of steps to a store and to the reference model, and compares the two after each.</summary>
internal sealed partial class StoreModelRun(IWebhookStore store)
{
    private static readonly string[] Owners = [A.Owner, A.OtherOwner];
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    private readonly StoreModel _model = new(store);
    private readonly List<(LeasedDelivery Delivery, string Owner)> _leases = [];

    private DateTimeOffset _now = A.Start;

    private static Comparer<EndpointKey> ByText { get; } =
        Comparer<EndpointKey>.Create((left, right) => string.CompareOrdinal(left.ToString(), right.ToString()));

    /// <param name="steps">The sequence.</param>
    /// <param name="drain">Whether everything is delivered in the end.</param>
    public async Task RunAsync(IEnumerable<StoreStep> steps, bool drain = true)
    {
        foreach (var (tenantId, endpointId) in new[] { (A.Tenant, "ep_1"), (A.Tenant, "ep_2"), (A.OtherTenant, "ep_1") })
        {
            Assert.True(await store.InsertEndpointAsync(A.Endpoint(endpointId, tenantId), default));
            _model.Endpoints.Add(new ModelEndpoint(new EndpointKey(tenantId, endpointId)));
        }

        foreach (var step in steps)
        {
            await DoAsync(step);
            await _model.CompareAsync();
            Assert.Equal(_model.OldestDue(_now), await store.FindOldestDueAsync(_now, default));
        }

        if (!drain)
        {
            return;
        }

        await DrainAsync();
        Assert.All(_model.Deliveries, delivery => Assert.True(!delivery.IsPending || !delivery.Endpoint.IsEnabled));
        foreach (var endpoint in _model.Endpoints)
        {
            await EnableAsync(endpoint);
        }

        await DrainAsync();
        Assert.All(_model.Deliveries, delivery => Assert.False(delivery.IsPending));
    }

    private Task DoAsync(StoreStep step)
    {
        var (action, which, amount) = step;
        var endpoint = _model.Endpoints[which % _model.Endpoints.Count];
        var owner = Owners[amount % 2];
        var limit = 1 + (amount % 3);
        var lease = _leases.Count == 0 ? default : _leases[which % _leases.Count];
        return action switch
        {
            StoreAction.Append => AppendAsync(endpoint.Key.TenantId, owner, room: amount % 4),
            StoreAction.AppendDelayed => AppendAsync(
                endpoint.Key.TenantId, owner, room: amount % 4, deliverAt: _now.AddSeconds(1 + amount), expiresAt: _now.AddSeconds(2 * amount + 2)),
            StoreAction.AppendExpiring => AppendAsync(endpoint.Key.TenantId, owner, room: amount % 4, expiresAt: _now.AddSeconds(amount)),
            StoreAction.AppendOnce => AppendAsync(
                endpoint.Key.TenantId, owner, room: amount % 4, expiresAt: which % 5 == 0 ? _now.AddSeconds(amount) : null, once: true),
            StoreAction.AppendAgain => AppendAgainAsync(which),
            StoreAction.Claim => ClaimAsync(owner, limit),
            StoreAction.ClaimHeld => ClaimHeldAsync(endpoint, owner, limit),
            StoreAction.Pause => PauseAsync(endpoint, amount % 3 == 0 ? null : owner, _now.AddSeconds(amount)),
            StoreAction.Disable => DisableAsync(endpoint),
            StoreAction.Enable => EnableAsync(endpoint),
            StoreAction.Delete => DeleteAsync(endpoint),
            StoreAction.Insert => InsertAsync(endpoint),
            StoreAction.Prune => PruneAsync(),
            StoreAction.Advance => Advance(amount),
            _ when lease == default => Task.CompletedTask,
            StoreAction.Succeed or StoreAction.Retry or StoreAction.Release when lease.Delivery.IsInterrupted => EndAsync(lease),
            StoreAction.Succeed => EndAsync(lease),
            StoreAction.Retry => CompleteAsync(A.Retry(lease.Delivery, _now.AddSeconds(amount), _now), lease),
            StoreAction.CompleteAsAnother => CompleteAsync(
                A.Success(lease.Delivery, _now), lease with { Owner = Owners.First(other => other != lease.Owner) }),
            StoreAction.Release => ReleaseAsync(lease, _now.AddSeconds(amount)),
            _ => throw new InvalidOperationException($"There is no step '{action}'."),
        };
    }

    private Task Advance(int seconds)
    {
        _now = _now.AddSeconds(seconds);
        return Task.CompletedTask;
    }

    private async Task AppendAsync(
        string tenantId, string owner, int room, DateTimeOffset? deliverAt = null, DateTimeOffset? expiresAt = null, bool once = false)
    {
        var message = A.Message(tenant: tenantId, createdAt: _now, deliverAt: deliverAt, expiresAt: expiresAt, isAtMostOnce: once);
        var subscribers = _model.Endpoints
            .Where(endpoint => endpoint is { Exists: true, IsEnabled: true } && endpoint.Key.TenantId == tenantId)
            .ToList();

        var grant = room == 0 ? null : new LeaseGrant(owner, _now + Lease, room);
        var result = Assert.Single(await store.AppendAsync([message], grant, default));

        Assert.Equal((message.Id, subscribers.Count, false), (result.MessageId, result.DeliveryCount, result.IsDuplicate));
        var free = deliverAt is null ? subscribers.Count(endpoint => endpoint.TakesDeliveries) : 0;
        Assert.Equal(Math.Min(room, free), result.Leased.Count);
        _model.Messages.Add((tenantId, message.Id), (subscribers.Count, _now));
        var page = await store.ListDeliveriesAsync(new DeliveryQuery { TenantId = tenantId, MessageId = message.Id }, default);
        foreach (var actual in page.Items)
        {
            var endpoint = Assert.Single(subscribers, subscriber => subscriber.Key.EndpointId == actual.EndpointId);
            var delivery = new ModelDelivery(actual.Id, message.Id, _now, endpoint) { DeliverAt = deliverAt, ExpiresAt = expiresAt, IsAtMostOnce = once };
            if (deliverAt is not null || endpoint.TakesDeliveries)
            {
                delivery.Schedule(deliverAt ?? _now, owner: null);
            }

            _model.Add(delivery);
        }

        Assert.All(result.Leased, lease => Assert.True(_model[lease.Id].Endpoint.TakesDeliveries));
        Record(result.Leased, owner, isAppend: true);
    }

    private async Task AppendAgainAsync(int which)
    {
        if (_model.Messages.Count > 0)
        {
            var ((tenantId, id), (deliveryCount, _)) = _model.Messages.ElementAt(which % _model.Messages.Count);

            var result = Assert.Single(await store.AppendAsync(
                [A.Message(id, tenantId, createdAt: _now)], new LeaseGrant(A.Owner, _now + Lease, Limit: 9), default));

            Assert.Equal((id, deliveryCount, true, 0), (result.MessageId, result.DeliveryCount, result.IsDuplicate, result.Leased.Count));
        }
    }

    private async Task<bool> ClaimAsync(string owner, int limit)
    {
        var due = _model.Deliveries.Where(delivery => delivery.IsDue(_now)).OrderBy(delivery => delivery.DueAt).ToList();
        var over = _model.Endpoints.Where(endpoint => endpoint.IsPauseOver(_now)).ToList();

        var claim = await store.ClaimAsync(new ClaimRequest(owner, _now, _now + Lease, limit), default);

        var claimed = claim.Deliveries.Select(lease => _model[lease.Id]).ToList();
        Assert.Equal(claimed.Count, claimed.Distinct().Count());
        Assert.All(claimed, delivery => Assert.True(delivery.IsDue(_now) && delivery.IsFree));
        Assert.Equal(claimed.Select(delivery => delivery.DueAt), claimed.Select(delivery => delivery.DueAt).Order());
        Assert.InRange(claimed.Count, 0, limit);
        Assert.True(claim.HasMore || claimed.Count < limit);
        Assert.False(claim.HasMore && due.Count < limit);

        var met = due.Count(delivery => !delivery.IsFree || delivery.IsExpired(_now)) + claimed.Count;
        foreach (var delivery in due.Except(claimed))
        {
            if (delivery.IsExpired(_now))
            {
                if (due.Count < limit)
                {
                    delivery.Expire();
                }
                else
                {
                    delivery.MayHaveEnded = true;
                }
            }
            else if (delivery.IsFree)
            {
                Assert.True(claim.HasMore && met >= limit, "A delivery that is due was left behind.");
                Assert.All(claimed, earlier => Assert.True(earlier.DueAt <= delivery.DueAt));
            }
            else if (due.Count < limit)
            {
                delivery.Hold();
            }
            else
            {
                delivery.MayBeHeld = true;
            }
        }

        Record(claim.Deliveries, owner);
        Assert.Equal(over.Select(endpoint => endpoint.Key).Order(ByText), claim.Resumed.Order(ByText));
        over.ForEach(endpoint => (endpoint.PausedUntil, endpoint.PausedBy) = (_now + Lease, owner));
        await _model.CompareAsync();
        Assert.Equal(_model.NextDueAt, claim.NextDueAt);
        return claim.Deliveries.Count > 0 || claim.Resumed.Count > 0 || claim.HasMore;
    }

    private async Task<bool> ClaimHeldAsync(ModelEndpoint endpoint, string owner, int limit)
    {
        var isTakenOver = endpoint is { Exists: true, IsEnabled: true, PausedUntil: not null } && endpoint.PausedBy == owner;
        var all = isTakenOver ? _model.PendingOf(endpoint).Where(delivery => delivery.IsHeld).ToList() : [];
        var expired = all.Where(delivery => delivery.IsExpired(_now)).ToList();
        var held = all.Except(expired).ToList();

        var result = await store.ClaimHeldAsync(new HeldClaimRequest(endpoint.Key, owner, _now, _now + Lease, limit), default);

        // What has expired may stand before what can be leased; a call gets past a bounded number of it.
        var count = expired.Count > 0 && !result.IsOver ? result.Deliveries.Count : limit;
        Assert.Equal(held.Take(Math.Min(count, limit)).Select(delivery => delivery.Id), result.Deliveries.Select(lease => lease.Id));
        Record(result.Deliveries, owner);
        if (isTakenOver)
        {
            endpoint.PausedUntil = result.IsOver ? null : _now + Lease;
            endpoint.PausedBy = result.IsOver ? null : owner;
        }

        expired.ForEach(delivery => delivery.MayHaveEnded = true);
        if (result.IsOver)
        {
            expired.ForEach(delivery => delivery.Expire());
        }
        else if (expired.Count > 0)
        {
            await AssertProgressAsync(expired, result);
        }

        if (held.Count != limit && expired.Count == 0)
        {
            // With just as many as asked for, a store may learn only next time that there are no more.
            Assert.Equal(held.Count < limit, result.IsOver);
        }

        return !result.IsOver;
    }

    /// <summary>Records that it succeeded; where it may have been sent before, that nobody knows.</summary>
    private Task EndAsync((LeasedDelivery Delivery, string Owner) lease) =>
        CompleteAsync(lease.Delivery.IsInterrupted ? A.Interrupted(lease.Delivery, _now) : A.Success(lease.Delivery, _now), lease);

    private async Task CompleteAsync(DeliveryOutcome outcome, (LeasedDelivery Delivery, string Owner) lease)
    {
        var delivery = _model.FindLeased(lease.Delivery, lease.Owner);

        var result = Assert.Single(await store.CompleteAsync(lease.Owner, [outcome], default));

        Assert.Equal(delivery is not null, result);
        if (delivery is not null)
        {
            delivery.AttemptCount++;
            if (outcome.RetryAt is { } retryAt)
            {
                delivery.Schedule(retryAt, owner: null);
            }
            else
            {
                delivery.End(outcome.Status);
            }
        }
    }

    private async Task ReleaseAsync((LeasedDelivery Delivery, string Owner) lease, DateTimeOffset dueAt)
    {
        await store.ReleaseAsync(lease.Owner, [new DeliveryRelease(lease.Delivery, dueAt)], default);

        if (_model.FindLeased(lease.Delivery, lease.Owner) is { } delivery)
        {
            delivery.Schedule(dueAt, owner: null);
            delivery.MayBeHeld = !delivery.Endpoint.TakesDeliveries;
        }
    }

    private async Task PruneAsync()
    {
        while (await store.PruneAsync(new PruneRequest(_now, AttemptsBefore: A.Start, Limit: 2), default) > 0)
        {
        }

        _model.Prune(_now);
    }

    /// <summary>A day later everything is due; what a dispatcher then finds succeeds.</summary>
    private async Task DrainAsync()
    {
        const string Drainer = "drainer";
        _now = _now.AddDays(1);
        var rounds = 0;
        bool hasMore;
        do
        {
            Assert.InRange(++rounds, 1, 1000);
            hasMore = await ClaimAsync(Drainer, limit: 5);
            foreach (var endpoint in _model.Endpoints)
            {
                hasMore |= await ClaimHeldAsync(endpoint, Drainer, limit: 2);
            }

            foreach (var lease in _leases.Where(lease => lease.Owner == Drainer).ToList())
            {
                await EndAsync(lease);
            }

            await _model.CompareAsync();
        }
        while (hasMore);
    }

    private async Task AssertProgressAsync(List<ModelDelivery> expired, HeldClaimResult result)
    {
        var pending = expired.Count;
        await _model.CompareAsync();
        Assert.True(result.Deliveries.Count > 0 || expired.Count(delivery => delivery.IsPending) < pending);
    }

    private void Record(IReadOnlyList<LeasedDelivery> leases, string owner, bool isAppend = false)
    {
        foreach (var lease in leases)
        {
            var delivery = _model[lease.Id];
            Assert.False(delivery.DeliverAt > _now);
            Assert.False(!isAppend && delivery.IsExpired(_now));
            Assert.Equal(delivery.IsInterrupted, lease.IsInterrupted);
            Assert.Equal(
                (delivery.AttemptCount + 1, delivery.Endpoint.Version, delivery.Endpoint.Key, _now + Lease),
                (lease.AttemptNumber, lease.EndpointVersion, lease.EndpointKey, lease.LeaseUntil));
            delivery.Schedule(_now + Lease, owner);
            _leases.Add((lease, owner));
        }
    }
}
