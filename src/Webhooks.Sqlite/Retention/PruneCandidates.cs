using Webhooks.Sqlite.Connections;
using Webhooks.Storage;

namespace Webhooks.Sqlite.Retention;

/// <summary>What can be removed. It is looked for by a reader, so that the search keeps no writer waiting.</summary>
internal sealed record PruneCandidates(
    List<long> Messages, List<(long MessageSeq, long Ordinal, long Number)> Attempts, List<long> EndpointNames)
{
    public const string MessagesSql =
        """
        SELECT m.seq FROM webhook_message m
        WHERE m.created_at < ?1
          AND NOT EXISTS (SELECT 1 FROM webhook_delivery d WHERE d.message_seq = m.seq AND d.status = 0)
        ORDER BY m.created_at
        LIMIT ?2
        """;

    public const string AttemptsSql =
        "SELECT message_seq, ordinal, number FROM webhook_attempt WHERE started_at < ?1 ORDER BY started_at LIMIT ?2";

    /// <summary>The names of deleted endpoints whose last delivery is gone.</summary>
    public const string EndpointNamesSql =
        """
        SELECT n.seq FROM webhook_endpoint_name n
        WHERE NOT EXISTS (SELECT 1 FROM webhook_endpoint e WHERE e.seq = n.seq)
          AND NOT EXISTS (SELECT 1 FROM webhook_delivery d WHERE d.endpoint_seq = n.seq)
        LIMIT ?1
        """;

    public bool IsEmpty => Messages.Count == 0 && Attempts.Count == 0 && EndpointNames.Count == 0;

    public static PruneCandidates Find(SqliteSession session, PruneRequest request)
    {
        var messages = session.Prepare(MessagesSql).Bind(request.MessagesBefore).Bind(request.Limit)
            .Read(static row => row.Int64(0));
        var attempts = session.Prepare(AttemptsSql).Bind(request.AttemptsBefore).Bind(request.Limit)
            .Read(static row => (row.Int64(0), row.Int64(1), row.Int64(2)));

        // The names are all looked at: once, when everything else is done.
        var names = messages.Count == 0 && attempts.Count == 0
            ? session.Prepare(EndpointNamesSql).Bind(request.Limit).Read(static row => row.Int64(0))
            : [];
        return new PruneCandidates(messages, attempts, names);
    }
}
