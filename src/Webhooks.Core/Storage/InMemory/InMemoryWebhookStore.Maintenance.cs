namespace Webhooks.Storage.InMemory;

internal sealed partial class InMemoryWebhookStore
{
    /// <summary>The messages that had no pending delivery, so that pruning hardly meets one that must stay.</summary>
    private readonly PriorityQueue<MessageRow, long> _doneByAge = new();

    /// <summary>Names attempts instead of referring to them, because they may be gone with their message before their turn.</summary>
    private readonly PriorityQueue<(string DeliveryId, int Number), long> _attemptsByAge = new();

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
                && _attemptsByAge.TryPeek(out var attempt, out var startedAt)
                && startedAt < request.AttemptsBefore.UtcTicks)
            {
                _attemptsByAge.Dequeue();
                if (_deliveries.TryGetValue(attempt.DeliveryId, out var delivery))
                {
                    var before = delivery.Attempts.Length;
                    delivery.Attempts = Array.FindAll(delivery.Attempts, row => row.Number != attempt.Number);
                    attempts += before - delivery.Attempts.Length;
                }
            }

            return Task.FromResult(messages + attempts);
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
            _deliveries.Remove(delivery.Id);
            tenant.DeliveryLog.Remove(delivery.Sequence);
        }

        tenant.MessageLog.Remove(row.Sequence);
        tenant.Messages.Remove(message.Id);
        if (message.EventId is not null)
        {
            tenant.MessagesByEventId.Remove(message.EventId);
        }

        RemoveIfEmpty(message.TenantId, tenant);
    }
}
