namespace Webhooks.Storage.InMemory;

internal sealed partial class InMemoryWebhookStore
{
    /// <summary>The messages that had no pending delivery, so that pruning hardly meets one that must stay.</summary>
    private readonly PriorityQueue<MessageRow, long> _doneByAge = new();

    /// <summary>
    /// The deliveries that have attempts, by the first of them. Names them instead of referring to them, because they may be gone with
    /// their message before their turn.
    /// </summary>
    private readonly PriorityQueue<string, long> _attemptsByAge = new();

    private readonly PriorityQueue<MessageRow, long> _payloadsByEnd = new();

    public Task InitializeAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<int> PruneAsync(PruneRequest request, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var messages = 0;
            while (messages < request.Limit
                && _doneByAge.TryPeek(out var message, out var createdAt)
                && createdAt < request.MessagesBefore.UtcTicks)
            {
                _doneByAge.Dequeue();
                message.IsDone = false;
                if (message.PendingCount == 0)
                {
                    Remove(message);
                    messages++;
                }
            }

            var attempts = 0;
            while (attempts < request.Limit
                && _attemptsByAge.TryPeek(out var deliveryId, out var startedAt)
                && startedAt < request.AttemptsBefore.UtcTicks)
            {
                _attemptsByAge.Dequeue();
                if (_deliveries.Find(deliveryId) is { } delivery)
                {
                    delivery.Attempts = delivery.Attempts[1..];
                    attempts++;
                    PruneAttemptLater(delivery);
                }
            }

            return Task.FromResult(messages + attempts);
        }
    }

    public Task<int> PrunePayloadsAsync(PayloadPruneRequest request, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var seen = 0;
            for (; seen < request.Limit && _payloadsByEnd.TryPeek(out var row, out var end) && end <= request.Now.UtcTicks; seen++)
            {
                _payloadsByEnd.Dequeue();
                if (row.PendingCount > 0)
                {
                    row.Message = row.Message with { PayloadKeptUntil = request.NextTime(row.Message.CreatedAt) };
                    PrunePayloadLater(row);
                }
                else
                {
                    RemovePayload(row);
                }
            }

            return Task.FromResult(seen);
        }
    }

    /// <summary>They stand with their endpoint or tenant, and go with it.</summary>
    public Task<int> PruneRatesAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken) => Task.FromResult(0);

    private static int RemovePayload(MessageRow row)
    {
        row.Message = row.Message with { Payload = null, PayloadKeptUntil = null };
        return row.Deliveries.Sum(static delivery => delivery.RemoveExcerpts());
    }

    private void PrunePayloadLater(MessageRow row)
    {
        if (row.Message.PayloadKeptUntil is { } end)
        {
            _payloadsByEnd.Enqueue(row, end.UtcTicks);
        }
    }

    private void PruneAttemptLater(DeliveryRow delivery)
    {
        if (delivery.Attempts.Length > 0)
        {
            _attemptsByAge.Enqueue(delivery.Id, delivery.Attempts[0].StartedAt.UtcTicks);
        }
    }

    private void PruneLaterIfDone(MessageRow message)
    {
        if (message is { PendingCount: 0, IsDone: false })
        {
            message.IsDone = true;
            _doneByAge.Enqueue(message, message.Message.CreatedAt.UtcTicks);
        }
    }

    private void Remove(MessageRow row)
    {
        var (tenant, message) = (row.Tenant, row.Message);
        foreach (var delivery in row.Deliveries)
        {
            _deliveries.Remove(delivery);
            tenant.DeliveryLog.Remove(delivery.Sequence);
        }

        tenant.MessageLog.Remove(row.Sequence);
        tenant.Messages.Remove(row);
        if (message.EventId is not null)
        {
            tenant.MessagesByEventId.Remove(message.EventId);
        }

        RemoveIfEmpty(message.TenantId, tenant);
    }
}
