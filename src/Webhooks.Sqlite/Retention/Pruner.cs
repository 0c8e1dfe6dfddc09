using Webhooks.Sqlite.Connections;

namespace Webhooks.Sqlite.Retention;

/// <summary>Removes what was found to be removable, if it still is.</summary>
internal sealed class Pruner(SqliteSession session)
{
    private readonly Statement _deleteMessage = session.Prepare(
        """
        DELETE FROM webhook_message
        WHERE seq = ?1 AND NOT EXISTS (SELECT 1 FROM webhook_delivery d WHERE d.message_seq = ?1 AND d.status = 0)
        """);

    private readonly Statement _deleteDeliveries = session.Prepare("DELETE FROM webhook_delivery WHERE message_seq = ?1");

    private readonly Statement _deleteAttempts = session.Prepare("DELETE FROM webhook_attempt WHERE message_seq = ?1");

    private readonly Statement _deleteAttempt =
        session.Prepare("DELETE FROM webhook_attempt WHERE message_seq = ?1 AND ordinal = ?2 AND number = ?3");

    private readonly Statement _deleteEndpointName = session.Prepare(
        """
        DELETE FROM webhook_endpoint_name
        WHERE seq = ?1
          AND NOT EXISTS (SELECT 1 FROM webhook_endpoint e WHERE e.seq = ?1)
          AND NOT EXISTS (SELECT 1 FROM webhook_delivery d WHERE d.endpoint_seq = ?1)
        """);

    /// <summary>Removes them.</summary>
    /// <returns>How many messages and attempts were removed; attempts that went with their message are not counted.</returns>
    public int Prune(PruneCandidates candidates)
    {
        var removed = 0;
        foreach (var seq in candidates.Messages)
        {
            if (_deleteMessage.Bind(seq).Execute() > 0)
            {
                removed++;
                _deleteDeliveries.Bind(seq).Execute();
                _deleteAttempts.Bind(seq).Execute();
            }
        }

        foreach (var (messageSeq, ordinal, number) in candidates.Attempts)
        {
            removed += _deleteAttempt.Bind(messageSeq).Bind(ordinal).Bind(number).Execute();
        }

        foreach (var seq in candidates.EndpointNames)
        {
            _deleteEndpointName.Bind(seq).Execute();
        }

        return removed;
    }
}
