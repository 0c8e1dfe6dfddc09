using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Webhooks.Publishing;

namespace Webhooks.Storage.InMemory;

/// <summary>
/// The store of hosts that configure none: everything is in this process and gone with it. Calls end before they return,
/// so there is no wait that their cancellation tokens could end.
/// </summary>
internal sealed partial class InMemoryWebhookStore : IWebhookStore
{
    private readonly Lock _lock = new();
    private readonly WebhookIdGenerator _ids = new();
    private readonly Dictionary<string, TenantRow> _tenants = new(StringComparer.Ordinal);
    private readonly RowTable<DeliveryRow> _deliveries = new();
    private readonly DueIndex _due = new();

    private long _lastSequence;

    public Task<IReadOnlyList<AppendResult>> AppendAsync(
        IReadOnlyList<WebhookMessage> messages, LeaseGrant? leases, CancellationToken cancellationToken)
    {
        WebhookMessage[] batch = [.. messages];
        var results = new AppendResult[batch.Length];
        lock (_lock)
        {
            var room = leases?.Limit ?? 0;
            for (var i = 0; i < batch.Length; i++)
            {
                results[i] = Append(batch[i], leases, ref room);
            }
        }

        return Task.FromResult<IReadOnlyList<AppendResult>>(results);
    }

    private void Announce(WebhookMessage? announcement)
    {
        if (announcement is not null)
        {
            var room = 0;
            Append(announcement, leases: null, ref room);
        }
    }

    private AppendResult Append(WebhookMessage message, LeaseGrant? leases, ref int room)
    {
        var tenant = GetOrAddTenant(message.TenantId);
        var first = tenant.Messages.Find(message.Id)
            ?? (message.EventId is null ? null : tenant.MessagesByEventId.GetValueOrDefault(message.EventId));
        if (first is not null)
        {
            return new AppendResult(first.Message.Id, first.Deliveries.Count, IsDuplicate: true, []);
        }

        var row = new MessageRow(NextSequence(), message, tenant);
        tenant.Messages.Add(row);
        tenant.MessageLog.Add(row.Sequence, row);
        if (message.EventId is not null)
        {
            tenant.MessagesByEventId.Add(message.EventId, row);
        }

        var endpoints = message.TestedEndpointId is { } testedId
            ? tenant.Endpoints.TryGetValue(testedId, out var tested) ? [tested] : []
            : tenant.Subscribers(message);
        var deliveries = new DeliveryRow[endpoints.Length];
        var leased = new LeasedDelivery[Math.Min(room, deliveries.Length)];
        var leasedCount = 0;
        var hasFirstInLine = false;
        for (var i = 0; i < deliveries.Length; i++)
        {
            hasFirstInLine |= message.DeliverAt is null && !message.IsTest && endpoints[i] is { IsOrdered: true, PausedUntil: null };
            var delivery = deliveries[i] = AddDelivery(row, endpoints[i], leases, ref room);
            if (delivery.LeaseOwner is not null)
            {
                leased[leasedCount++] = delivery.ToLeased();
            }
        }

        Array.Resize(ref leased, leasedCount);
        row.Deliveries = deliveries;
        PrunePayloadLater(row);
        PruneLaterIfDone(row);
        return new AppendResult(message.Id, deliveries.Length, IsDuplicate: false, leased) { HasFirstInLine = hasFirstInLine };
    }

    private DeliveryRow AddDelivery(MessageRow message, EndpointRow endpoint, LeaseGrant? leases, ref int room)
    {
        var createdAt = message.Message.CreatedAt;
        var delivery = new DeliveryRow(
            NextSequence(), _ids.Create(WebhookIdGenerator.DeliveryPrefix, createdAt), message, endpoint);
        _deliveries.Add(delivery);
        message.Tenant.DeliveryLog.Add(delivery.Sequence, delivery);
        endpoint.Pending.Add(delivery);
        message.PendingCount++;
        if (message.Message.DeliverAt is { } deliverAt)
        {
            _due.Schedule(delivery, deliverAt, leaseOwner: null);
        }
        else if (!endpoint.TakesDeliveries && !message.Message.IsTest)
        {
            Hold(delivery, createdAt);
        }
        else if (leases is not null && room > 0)
        {
            room--;
            _due.Schedule(delivery, leases.Until, leases.Owner);
        }
        else
        {
            _due.Schedule(delivery, createdAt, leaseOwner: null);
        }

        return delivery;
    }

    private long NextSequence() => ++_lastSequence;

    private TenantRow GetOrAddTenant(string tenantId)
    {
        ref var tenant = ref CollectionsMarshal.GetValueRefOrAddDefault(_tenants, tenantId, out _);
        return tenant ??= new TenantRow();
    }

    private void RemoveIfEmpty(string tenantId, TenantRow tenant)
    {
        if (tenant.IsEmpty)
        {
            _tenants.Remove(tenantId);
        }
    }

    private bool TryGetEndpoint(EndpointKey key, [NotNullWhen(true)] out TenantRow? tenant, [NotNullWhen(true)] out EndpointRow? endpoint)
    {
        endpoint = null;
        return _tenants.TryGetValue(key.TenantId, out tenant) && tenant.Endpoints.TryGetValue(key.EndpointId, out endpoint);
    }
}
