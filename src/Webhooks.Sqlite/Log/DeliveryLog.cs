using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Sqlite.Connections;
using Webhooks.Sqlite.Deliveries;
using Webhooks.Storage;

namespace Webhooks.Sqlite.Log;

/// <summary>Reads deliveries for people.</summary>
internal static class DeliveryLog
{
    public const string GetSql =
        $"""
        SELECT {DeliveryListSql.Columns}
        FROM webhook_delivery d
        CROSS JOIN webhook_message m ON m.seq = d.message_seq
        CROSS JOIN webhook_endpoint_name n ON n.seq = d.endpoint_seq
        WHERE {DeliveryKey.Condition} AND d.tenant_id = ?5
        """;

    public const string CountSql =
        """
        SELECT count(*) FILTER (WHERE status = 0), count(*) FILTER (WHERE status = 1), count(*) FILTER (WHERE status = 2),
          count(*) FILTER (WHERE status = 3)
        FROM (
          SELECT d.status AS status
          FROM webhook_endpoint_name n
          CROSS JOIN webhook_delivery d INDEXED BY webhook_delivery_endpoint ON d.endpoint_seq = n.seq
          WHERE n.tenant_id = ?1 AND n.id = ?2 AND d.created_at < ?3 AND d.created_at >= ?4
          ORDER BY d.created_at DESC, d.message_seq DESC, d.ordinal DESC
          LIMIT ?5
        )
        """;

    private const string ListName = "deliveries";

    public static WebhookDelivery? Get(SqliteSession session, string tenantId, string deliveryId) =>
        DeliveryKey.TryParse(deliveryId, out var key) ? key.Bind(session.Prepare(GetSql)).Bind(tenantId).ReadOne(Read) : null;

    public static Page<WebhookDelivery> List(SqliteSession session, DeliveryQuery query)
    {
        var before = RowPosition.Before(ListName, query.Cursor, query.Until);
        var rows = session.Prepare(DeliveryListSql.For(query))
            .Bind(query.TenantId)
            .Bind(before.CreatedAt)
            .Bind(before.Seq)
            .Bind(before.Ordinal)
            .Bind(TimeFilter.FirstNotBefore(query.Since ?? DateTimeOffset.MinValue))
            .Bind(query.EndpointId)
            .Bind(query.MessageId)
            .Bind((long?)query.Status)
            .Bind(query.EventType)
            .Bind(query.Limit + 1)
            .Read(static row => (new RowPosition(row.Int64(9), row.Int64(0), row.Int64(1)), Read(row)));
        return RowPosition.ToPage(ListName, rows, query.Limit);
    }

    public static DeliveryCounts Count(SqliteSession session, DeliveryCountQuery query) =>
        session.Prepare(CountSql)
            .Bind(query.TenantId)
            .Bind(query.EndpointId)
            .Bind(query.Until is { } until ? TimeFilter.FirstNotBefore(until) : long.MaxValue)
            .Bind(TimeFilter.FirstNotBefore(query.Since ?? DateTimeOffset.MinValue))
            .Bind(query.Limit)
            .Read(row => DeliveryCounts.Create(row.Int64(0), row.Int64(1), row.Int64(2), row.Int64(3), query.Limit))[0];

    private static WebhookDelivery Read(Statement row) => new()
    {
        Id = new DeliveryKey(row.Int64(9), row.Int64(0), row.Int32(1), row.Int32(2)).ToId(),
        TenantId = row.Text(3),
        MessageId = row.Text(4),
        EndpointId = row.Text(5),
        EventType = row.Text(6),
        Status = (DeliveryStatus)row.Int32(7),
        AttemptCount = row.Int32(8),
        CreatedAt = row.Time(9),
        NextAttemptAt = row.NullableTime(10),
        LeaseUntil = row.NullableTime(17),
        CompletedAt = row.NullableTime(11),
        CancelReason = (CancelReason?)row.NullableInt32(16),
        LastStatusCode = row.NullableInt32(12),
        LastError = (AttemptError?)row.NullableInt32(13),
        IsEndpointDisabled = row.NullableInt32(15) == (int)EndpointStatus.Disabled,
        LastDuration = row.IsNull(14) ? null : TimeSpan.FromMilliseconds(row.Int64(14)),
    };
}
