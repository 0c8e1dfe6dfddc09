using Webhooks.Sqlite.Connections;
using Webhooks.Storage;

namespace Webhooks.Sqlite.Retention;

/// <summary>Removes payloads, and the excerpts of responses, which may repeat them.</summary>
internal sealed class PayloadPruner(SqliteSession session)
{
    public const string DueSql =
        """
        SELECT m.seq, m.created_at, EXISTS (SELECT 1 FROM webhook_delivery d WHERE d.message_seq = m.seq AND d.status = 0)
        FROM webhook_message m
        WHERE m.payload_kept_until <= ?1
        ORDER BY m.payload_kept_until
        LIMIT ?2
        """;

    private readonly Statement _due = session.Prepare(DueSql);

    private readonly Statement _postpone =
        session.Prepare("UPDATE webhook_message SET payload_kept_until = ?2 WHERE seq = ?1");

    private readonly Statement _remove =
        session.Prepare("UPDATE webhook_message SET payload = x'', payload_kept_until = NULL WHERE seq = ?1");

    private readonly Statement _removeExcerpts = session.Prepare(
        "UPDATE webhook_attempt SET response = NULL, is_truncated = 1 WHERE message_seq = ?1 AND response IS NOT NULL");

    /// <summary>Removes what is due.</summary>
    /// <returns>How many messages it has looked at.</returns>
    public int Prune(PayloadPruneRequest request)
    {
        var due = _due.Bind(request.Now).Bind(request.Limit)
            .Read(static row => (Seq: row.Int64(0), CreatedAt: row.Time(1), IsPending: row.Int64(2) != 0));
        foreach (var (seq, createdAt, isPending) in due)
        {
            if (isPending)
            {
                _postpone.Bind(seq).Bind(request.NextTime(createdAt)).Execute();
            }
            else
            {
                Remove(seq);
            }
        }

        return due.Count;
    }

    /// <summary>Removes the payload of a message that has nothing pending.</summary>
    /// <returns>How many excerpts went with it.</returns>
    public int Remove(long messageSeq)
    {
        _remove.Bind(messageSeq).Execute();
        return _removeExcerpts.Bind(messageSeq).Execute();
    }
}
