namespace Webhooks.Storage.InMemory;

/// <summary>
/// Finds what is due next among the pending deliveries that are not held. Every change of a delivery's due time goes
/// through here, because the order depends on it: a binary heap of rows that know their place in it.
/// </summary>
internal sealed class DueIndex
{
    private readonly List<DeliveryRow> _heap = [];

    public DateTimeOffset? Next => _heap.Count == 0 ? null : _heap[0].DueAt;

    public DeliveryRow? FirstDue(DateTimeOffset now) => _heap.Count > 0 && _heap[0] is { } first && first.DueAt <= now ? first : null;

    /// <summary>Makes a pending delivery due at a time, or leases it to an owner until then.</summary>
    public void Schedule(DeliveryRow delivery, DateTimeOffset dueAt, string? leaseOwner)
    {
        Remove(delivery);
        delivery.DueAt = dueAt;
        delivery.LeaseOwner = leaseOwner;
        _heap.Add(delivery);
        MoveUp(delivery, _heap.Count - 1);
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
            RemoveAt(delivery.DuePlace);
            delivery.DueAt = null;
        }
    }

    private void RemoveAt(int place)
    {
        var last = _heap[^1];
        _heap.RemoveAt(_heap.Count - 1);
        if (place < _heap.Count)
        {
            MoveUp(last, place);
            MoveDown(last, last.DuePlace);
        }
    }

    private void MoveUp(DeliveryRow delivery, int place)
    {
        while (place > 0 && _heap[(place - 1) / 2] is var parent && DeliveryRow.ByDueTime.Compare(delivery, parent) < 0)
        {
            Put(parent, place);
            place = (place - 1) / 2;
        }

        Put(delivery, place);
    }

    private void MoveDown(DeliveryRow delivery, int place)
    {
        for (var child = FirstChild(place); child < _heap.Count; child = FirstChild(place))
        {
            if (DeliveryRow.ByDueTime.Compare(_heap[child], delivery) > 0)
            {
                break;
            }

            Put(_heap[child], place);
            place = child;
        }

        Put(delivery, place);
    }

    /// <summary>The place of the earlier of two children; one beyond the end where there is none.</summary>
    private int FirstChild(int place)
    {
        var (left, right) = ((2 * place) + 1, (2 * place) + 2);
        return right < _heap.Count && DeliveryRow.ByDueTime.Compare(_heap[right], _heap[left]) < 0 ? right : left;
    }

    private void Put(DeliveryRow delivery, int place)
    {
        _heap[place] = delivery;
        delivery.DuePlace = place;
    }
}
