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
        SELECT a.number, a.id, a.started_at, a.duration, a.status_code, a.error, a.error_message, a.is_truncated, a.response
        FROM webhook_delivery d
        CROSS JOIN webhook_attempt a ON a.message_seq = d.message_seq AND a.ordinal = d.ordinal
        WHERE {DeliveryKey.Condition} AND d.tenant_id = ?5 AND a.number > ?6
        ORDER BY a.number
        LIMIT ?7
        """;

    private const string ListName = "attempts";

    public static Page<DeliveryAttempt> List(SqliteSession session, AttemptQuery query)
    {
        var after = query.Cursor is null ? 0 : PageCursor.Decode<int>(ListName, query.Cursor);
        if (!DeliveryKey.TryParse(query.DeliveryId, out var key))
        {
            return new Page<DeliveryAttempt>([], NextCursor: null);
        }

        var attempts = key.Bind(session.Prepare(ListSql))
            .Bind(query.TenantId)
            .Bind(after)
            .Bind(query.Limit + 1)
            .Read(row => Read(row, query));
        return new Page<DeliveryAttempt>(
            [.. attempts.Take(query.Limit)],
            attempts.Count > query.Limit ? PageCursor.Encode(ListName, attempts[query.Limit - 1].Number) : null);
    }

    private static DeliveryAttempt Read(Statement row, AttemptQuery query) => new()
    {
        TenantId = query.TenantId,
        DeliveryId = query.DeliveryId,
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
