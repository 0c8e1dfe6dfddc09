using Webhooks.Publishing;
using Webhooks.Sqlite.Connections;
using Webhooks.Sqlite.Messages;
using Webhooks.Storage;

namespace Webhooks.Sqlite.Log;

/// <summary>Reads messages for people.</summary>
internal static class MessageLog
{
    public const string GetSql =
        $"SELECT {MessageReader.Columns} FROM webhook_message m WHERE m.tenant_id = ?1 AND m.id = ?2";

    public const string ListSql =
        $"""
        SELECT {MessageReader.Columns}
        FROM webhook_message m
        WHERE m.tenant_id = ?1 AND (m.created_at, m.seq) < (?2, ?3) AND m.created_at >= ?4
          AND (?5 IS NULL OR m.event_type = ?5)
        ORDER BY m.created_at DESC, m.seq DESC
        LIMIT ?6
        """;

    private const string ListName = "messages";

    public static WebhookMessage? Get(SqliteSession session, string tenantId, string messageId) =>
        session.Prepare(GetSql).Bind(tenantId).Bind(messageId).ReadOne(MessageReader.Read);

    public static Page<WebhookMessage> List(SqliteSession session, MessageQuery query)
    {
        var before = RowPosition.Before(ListName, query.Cursor, query.Until);
        var rows = session.Prepare(ListSql)
            .Bind(query.TenantId)
            .Bind(before.CreatedAt)
            .Bind(before.Seq)
            .Bind(TimeFilter.FirstNotBefore(query.Since ?? DateTimeOffset.MinValue))
            .Bind(query.EventType)
            .Bind(query.Limit + 1)
            .Read(static row => (new RowPosition(row.Int64(7), row.Int64(0), 0), MessageReader.Read(row)));
        return RowPosition.ToPage(ListName, rows, query.Limit);
    }
}
