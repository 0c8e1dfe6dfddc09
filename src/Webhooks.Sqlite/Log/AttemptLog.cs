using Webhooks.Dispatching;
using Webhooks.Sqlite.Connections;
using Webhooks.Sqlite.Deliveries;
using Webhooks.Storage;

namespace Webhooks.Sqlite.Log;

/// <summary>Reads attempts for people.</summary>
internal static class AttemptLog
{
    public const string ListSql =
        $"""
        SELECT {Columns}
        FROM webhook_delivery d
        CROSS JOIN webhook_attempt a ON a.message_seq = d.message_seq AND a.ordinal = d.ordinal
        WHERE {DeliveryKey.Condition} AND d.tenant_id = ?5 AND a.number > ?6
        ORDER BY a.number
        LIMIT ?7
        """;

    public const string ListOfMessageSql =
        $"""
        SELECT {Columns}
        FROM webhook_message m
        CROSS JOIN webhook_attempt a ON a.message_seq = m.seq
        CROSS JOIN webhook_delivery d ON d.message_seq = a.message_seq AND d.ordinal = a.ordinal
        WHERE m.tenant_id = ?1 AND m.id = ?2 AND (a.ordinal, a.number) > (?3, ?4)
        ORDER BY a.ordinal, a.number
        LIMIT ?5
        """;

    private const string Columns =
        """
        a.number, a.id, a.started_at, a.duration, a.status_code, a.error, a.error_message, a.is_truncated, a.response,
        d.message_seq, d.ordinal, d.tail, d.created_at
        """;

    private const string ListName = "attempts";

    public static Page<DeliveryAttempt> List(SqliteSession session, AttemptQuery query) =>
        query.MessageId is { } messageId ? ListOfMessage(session, query, messageId) : ListOfDelivery(session, query, query.DeliveryId!);

    private static Page<DeliveryAttempt> ListOfDelivery(SqliteSession session, AttemptQuery query, string deliveryId)
    {
        var after = Position(query);
        if (!DeliveryKey.TryParse(deliveryId, out var key))
        {
            return new Page<DeliveryAttempt>([], NextCursor: null);
        }

        var attempts = key.Bind(session.Prepare(ListSql))
            .Bind(query.TenantId)
            .Bind(after)
            .Bind(query.Limit + 1)
            .Read(row => ((long)row.Int32(0), Read(row, query)));
        return ToPage(attempts, query);
    }

    private static Page<DeliveryAttempt> ListOfMessage(SqliteSession session, AttemptQuery query, string messageId)
    {
        var after = Position(query);
        var attempts = session.Prepare(ListOfMessageSql)
            .Bind(query.TenantId)
            .Bind(messageId)
            .Bind(after >> 32)
            .Bind(after & uint.MaxValue)
            .Bind(query.Limit + 1)
            .Read(row => ((row.Int64(10) << 32) | (uint)row.Int32(0), Read(row, query)));
        return ToPage(attempts, query);
    }

    /// <summary>The number of an attempt, and of a message's the place of its delivery before it.</summary>
    private static long Position(AttemptQuery query) => query.Cursor is null ? 0 : PageCursor.Decode<long>(ListName, query.Cursor);

    private static Page<DeliveryAttempt> ToPage(List<(long Position, DeliveryAttempt Attempt)> attempts, AttemptQuery query) => new(
        [.. attempts.Take(query.Limit).Select(static row => row.Attempt)],
        attempts.Count > query.Limit ? PageCursor.Encode(ListName, attempts[query.Limit - 1].Position) : null);

    private static DeliveryAttempt Read(Statement row, AttemptQuery query) => new()
    {
        TenantId = query.TenantId,
        DeliveryId = new DeliveryKey(row.Int64(12), row.Int64(9), row.Int32(10), row.Int32(11)).ToId(),
        Number = row.Int32(0),
        Id = row.Text(1),
        StartedAt = row.Time(2),
        Duration = TimeSpan.FromMilliseconds(row.Int64(3)),
        StatusCode = row.NullableInt32(4),
        Error = (AttemptError)row.Int32(5),
        ErrorMessage = row.NullableText(6),
        IsResponseTruncated = row.Int64(7) != 0,
        ResponseExcerpt = row.IsNull(8) ? ReadOnlyMemory<byte>.Empty : row.Bytes(8),
    };
}
