namespace Webhooks.Storage.InMemory;

/// <summary>
/// Finds what is due next among the pending deliveries that are not held. Every change of a delivery's due time goes
/// through here, because the order of the sets depends on it.
/// </summary>
internal sealed class DueIndex
{
    private readonly SortedSet<DeliveryRow> _due = new(DeliveryRow.ByDueTime);

    public DateTimeOffset? Next => _due.Min?.DueAt;

    public DeliveryRow? FirstDue(DateTimeOffset now) => _due.Min is { } first && first.DueAt <= now ? first : null;

    /// <summary>Makes a pending delivery due at a time, or leases it to an owner until then.</summary>
    public void Schedule(DeliveryRow delivery, DateTimeOffset dueAt, string? leaseOwner)
    {
        Remove(delivery);
        delivery.DueAt = dueAt;
        delivery.LeaseOwner = leaseOwner;
        _due.Add(delivery);
    }

    public void Hold(DeliveryRow delivery)
    {
        Remove(delivery);
        delivery.Endpoint.Held.Add(delivery);
    }

    /// <summary>Takes a delivery's due time and lease away.</summary>
    public void Remove(DeliveryRow delivery)
    {
        delivery.LeaseOwner = null;
        if (delivery.DueAt is null)
        {
            delivery.Endpoint.Held.Remove(delivery);
        }
        else
        {
            _due.Remove(delivery);
            delivery.DueAt = null;
        }
    }
}
