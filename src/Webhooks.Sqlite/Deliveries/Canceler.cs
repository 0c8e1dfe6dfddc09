using Webhooks.Dispatching;
using Webhooks.Sqlite.Connections;

namespace Webhooks.Sqlite.Deliveries;

/// <summary>Cancels deliveries that a claim has met.</summary>
internal sealed class Canceler(SqliteSession session)
{
    private readonly Statement _cancel = session.Prepare(
        """
        UPDATE webhook_delivery SET status = 3, due_at = NULL, owner = NULL, completed_at = ?3, cancel_reason = ?4
        WHERE message_seq = ?1 AND ordinal = ?2
        """);

    public void Cancel(PendingDelivery delivery, DateTimeOffset now, CancelReason reason) =>
        _cancel.Bind(delivery.MessageSeq).Bind(delivery.Ordinal).Bind(now).Bind((long)reason).Execute();

    /// <summary>Cancels those whose message has expired.</summary>
    /// <returns>The others.</returns>
    public List<PendingDelivery> CancelExpired(List<PendingDelivery> deliveries, DateTimeOffset now) =>
        deliveries.FindAll(delivery =>
        {
            var isExpired = delivery.ExpiresAt <= now;
            if (isExpired)
            {
                Cancel(delivery, now, CancelReason.Expired);
            }

            return !isExpired;
        });
}
