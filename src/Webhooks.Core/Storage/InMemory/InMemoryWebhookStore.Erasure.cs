using Webhooks.Dispatching;

namespace Webhooks.Storage.InMemory;

internal sealed partial class InMemoryWebhookStore
{
    public Task<PayloadErasure?> ErasePayloadAsync(
        string tenantId, string messageId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (FindMessage(tenantId, messageId) is not { } message)
            {
                return Task.FromResult<PayloadErasure?>(null);
            }

            DeliveryRow[] pending = [.. message.Deliveries.Where(static delivery => delivery.Status == DeliveryStatus.Pending)];
            foreach (var delivery in pending)
            {
                Cancel(delivery, now, CancelReason.PayloadErased);
            }

            var hadPayload = message.Message.Payload is not null;
            return Task.FromResult<PayloadErasure?>(new PayloadErasure(hadPayload, RemovePayload(message), pending.Length));
        }
    }

    public Task<TenantRows> EraseTenantAsync(string tenantId, int limit, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var replays = ReplaysOf(tenantId).Take(limit).ToList();
            replays.ForEach(Remove);
            if (!_tenants.TryGetValue(tenantId, out var tenant))
            {
                return Task.FromResult(new TenantRows { Replays = replays.Count });
            }

            var endpoints = tenant.Endpoints.Values.Take(limit).ToList();
            endpoints.ForEach(endpoint => Remove(tenant, endpoint));
            var messages = tenant.MessageLog.OldestFirst().Take(limit).ToList();
            var deliveries = messages.SelectMany(static message => message.Deliveries).ToList();
            foreach (var delivery in deliveries.Where(static delivery => delivery.Status == DeliveryStatus.Pending))
            {
                _due.Remove(delivery);
                delivery.Endpoint.Pending.Remove(delivery);
            }

            messages.ForEach(Remove);
            RemoveIfEmpty(tenantId, tenant);
            if (messages.Count > 0 && tenant.Messages.Count == 0)
            {
                ForgetAges(tenant);
            }

            return Task.FromResult(new TenantRows
            {
                Endpoints = endpoints.Count,
                Messages = messages.Count,
                Deliveries = deliveries.Count,
                Attempts = deliveries.Sum(static delivery => delivery.Attempts.Length),
                Replays = replays.Count,
            });
        }
    }

    public Task<TenantRows> CountTenantAsync(string tenantId, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var messages = _tenants.TryGetValue(tenantId, out var tenant) ? tenant.Messages.All.ToList() : [];
            return Task.FromResult(new TenantRows
            {
                Endpoints = tenant?.Endpoints.Count ?? 0,
                Messages = messages.Count,
                Deliveries = messages.Sum(static message => (long)message.Deliveries.Count),
                Attempts = messages.Sum(static message => message.Deliveries.Sum(static delivery => (long)delivery.Attempts.Length)),
                Replays = ReplaysOf(tenantId).Count(),
            });
        }
    }

    /// <summary>Nothing refers to it any more.</summary>
    public Task FinishErasureAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static void Keep<T>(PriorityQueue<T, long> queue, Predicate<T> condition)
    {
        var kept = queue.UnorderedItems.Where(item => condition(item.Element)).ToList();
        queue.Clear();
        queue.EnqueueRange(kept);
    }

    private IEnumerable<ReplayRow> ReplaysOf(string tenantId) =>
        _replayLog.OldestFirst().Where(row => string.Equals(row.Job.Request.TenantId, tenantId, StringComparison.Ordinal));

    private void Remove(ReplayRow row)
    {
        _replays.Remove((row.Job.Request.TenantId, row.Job.Id));
        _replayLog.Remove(row.Sequence);
    }

    /// <summary>Its pending deliveries end until their messages are removed too, so that no claim leases them.</summary>
    private void Remove(TenantRow tenant, EndpointRow endpoint)
    {
        Unregister(tenant, endpoint);
        foreach (var delivery in endpoint.Pending.ToArray())
        {
            Cancel(delivery, delivery.Message.Message.CreatedAt, CancelReason.EndpointDeleted);
        }
    }

    private void ForgetAges(TenantRow tenant)
    {
        Keep(_doneByAge, message => message.Tenant != tenant);
        Keep(_payloadsByEnd, message => message.Tenant != tenant);
        Keep(_attemptsByAge, deliveryId => _deliveries.Find(deliveryId) is not null);
    }
}
