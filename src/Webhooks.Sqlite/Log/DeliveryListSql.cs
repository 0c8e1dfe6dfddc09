using Webhooks.Dispatching;
using Webhooks.Storage;

namespace Webhooks.Sqlite.Log;

/// <summary>
/// The statement for a list of deliveries: every combination of filters walks an index that has the order of the list, the
/// one that meets the fewest rows in vain.
/// </summary>
/// <remarks>
/// Parameters: ?1 tenant, ?2 ?3 ?4 the position that the page is below, ?5 since, ?6 endpoint, ?7 message, ?8 status,
/// ?9 event type, ?10 limit.
/// </remarks>
internal static class DeliveryListSql
{
    public const string Columns =
        """
        d.message_seq, d.ordinal, d.tail, d.tenant_id, m.id, n.id, m.event_type, d.status, d.attempt_count, d.created_at,
        CASE WHEN d.owner IS NULL THEN d.due_at END, d.completed_at, d.last_status_code, d.last_error, d.last_duration,
        CASE WHEN d.status = 0 THEN (SELECT e.status FROM webhook_endpoint e WHERE e.seq = d.endpoint_seq) END, d.cancel_reason,
        CASE WHEN d.owner IS NOT NULL THEN d.due_at END
        """;

    /// <summary>The deliveries of one message are few: they are all looked at.</summary>
    private const string OfMessage =
        $"""
        SELECT {Columns}
        FROM webhook_message m
        CROSS JOIN webhook_delivery d ON d.message_seq = m.seq
        CROSS JOIN webhook_endpoint_name n ON n.seq = d.endpoint_seq
        WHERE m.tenant_id = ?1 AND m.id = ?7 AND (d.created_at, d.message_seq, d.ordinal) < (?2, ?3, ?4) AND d.created_at >= ?5
          AND (?6 IS NULL OR n.id = ?6) AND (?8 IS NULL OR d.status = ?8) AND (?9 IS NULL OR m.event_type = ?9)
        ORDER BY d.ordinal DESC
        LIMIT ?10
        """;

    /// <summary>The few that have not succeeded have an index of their own.</summary>
    private const string NotSucceeded =
        $"""
        SELECT {Columns}
        FROM webhook_delivery d INDEXED BY webhook_delivery_not_succeeded
        CROSS JOIN webhook_message m ON m.seq = d.message_seq
        CROSS JOIN webhook_endpoint_name n ON n.seq = d.endpoint_seq
        WHERE d.tenant_id = ?1 AND d.status = ?8 AND d.status <> 1
          AND (d.created_at, d.message_seq, d.ordinal) < (?2, ?3, ?4) AND d.created_at >= ?5
          AND (?6 IS NULL OR d.endpoint_seq = (SELECT seq FROM webhook_endpoint_name WHERE tenant_id = ?1 AND id = ?6))
          AND (?9 IS NULL OR m.event_type = ?9)
        ORDER BY d.created_at DESC, d.message_seq DESC, d.ordinal DESC
        LIMIT ?10
        """;

    private const string OfEndpoint =
        $"""
        SELECT {Columns}
        FROM webhook_endpoint_name n
        CROSS JOIN webhook_delivery d INDEXED BY webhook_delivery_endpoint ON d.endpoint_seq = n.seq
        CROSS JOIN webhook_message m ON m.seq = d.message_seq
        WHERE n.tenant_id = ?1 AND n.id = ?6
          AND (d.created_at, d.message_seq, d.ordinal) < (?2, ?3, ?4) AND d.created_at >= ?5
          AND (?8 IS NULL OR d.status = ?8) AND (?9 IS NULL OR m.event_type = ?9)
        ORDER BY d.created_at DESC, d.message_seq DESC, d.ordinal DESC
        LIMIT ?10
        """;

    /// <summary>A delivery has its message's tenant and time: the index on messages orders both.</summary>
    private const string OfTenant =
        $"""
        SELECT {Columns}
        FROM webhook_message m INDEXED BY webhook_message_list
        CROSS JOIN webhook_delivery d ON d.message_seq = m.seq
        CROSS JOIN webhook_endpoint_name n ON n.seq = d.endpoint_seq
        WHERE m.tenant_id = ?1 AND (m.created_at, m.seq) <= (?2, ?3) AND m.created_at >= ?5 AND m.delivery_count > 0
          AND (m.created_at, m.seq, d.ordinal) < (?2, ?3, ?4)
          AND (?8 IS NULL OR d.status = ?8) AND (?9 IS NULL OR m.event_type = ?9)
        ORDER BY m.created_at DESC, m.seq DESC, d.ordinal DESC
        LIMIT ?10
        """;

    public static string For(DeliveryQuery query) => query switch
    {
        { MessageId: not null } => OfMessage,
        { Status: not (null or DeliveryStatus.Succeeded) } => NotSucceeded,
        { EndpointId: not null } => OfEndpoint,
        _ => OfTenant,
    };
}
