using Webhooks.Dispatching;
using Webhooks.Sqlite.Connections;

namespace Webhooks.Sqlite.Deliveries;

/// <summary>Ends deliveries that a claim has met and that may not be attempted.</summary>
internal sealed class Ender(SqliteSession session)
{
    private readonly Statement _cancel = session.Prepare(
        """
        UPDATE webhook_delivery SET status = 3, due_at = NULL, owner = NULL, sent = NULL, completed_at = ?3, cancel_reason = ?4
        WHERE message_seq = ?1 AND ordinal = ?2
        """);

    public void Cancel(PendingDelivery delivery, DateTimeOffset now, CancelReason reason) =>
        _cancel.Bind(delivery.MessageSeq).Bind(delivery.Ordinal).Bind(now).Bind((long)reason).Execute();

    /// <summary>Ends those whose message has expired.</summary>
    /// <returns>The others.</returns>
    public List<PendingDelivery> CancelExpired(List<PendingDelivery> deliveries, DateTimeOffset now)
    {
        foreach (var expired in deliveries.Where(delivery => delivery.IsExpired(now)))
        {
            Cancel(expired, now, CancelReason.Expired);
        }

        return deliveries.FindAll(delivery => !delivery.IsExpired(now));
    }
}
