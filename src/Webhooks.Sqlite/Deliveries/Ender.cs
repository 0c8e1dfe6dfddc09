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

    private readonly Statement _interrupt = session.Prepare(
        """
        UPDATE webhook_delivery
        SET status = 2, attempt_count = attempt_count + 1, due_at = NULL, owner = NULL, sent = NULL, completed_at = ?3, last_status_code = NULL,
          last_error = ?4, last_duration = NULL
        WHERE message_seq = ?1 AND ordinal = ?2
        """);

    /// <summary>Ends one that may have been attempted by a dispatcher that was lost, and is attempted at most once.</summary>
    public void Interrupt(PendingDelivery delivery, DateTimeOffset now) =>
        _interrupt.Bind(delivery.MessageSeq).Bind(delivery.Ordinal).Bind(now).Bind((long)AttemptError.Interrupted).Execute();

    public void Cancel(PendingDelivery delivery, DateTimeOffset now, CancelReason reason) =>
        _cancel.Bind(delivery.MessageSeq).Bind(delivery.Ordinal).Bind(now).Bind((long)reason).Execute();

    /// <summary>Ends those that may have been sent and are sent at most once, and those whose message has expired.</summary>
    /// <returns>The others.</returns>
    public List<PendingDelivery> EndWhatMayNotBeSent(List<PendingDelivery> deliveries, DateTimeOffset now) =>
        deliveries.FindAll(delivery =>
        {
            if (delivery.IsInterrupted)
            {
                Interrupt(delivery, now);
                return false;
            }

            if (delivery.ExpiresAt <= now)
            {
                Cancel(delivery, now, CancelReason.Expired);
                return false;
            }

            return true;
        });
}
