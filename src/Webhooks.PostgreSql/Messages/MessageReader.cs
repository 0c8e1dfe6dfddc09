using Npgsql;
using Webhooks.PostgreSql.Connections;
using Webhooks.Publishing;

namespace Webhooks.PostgreSql.Messages;

/// <summary>Reads messages.</summary>
internal static class MessageReader
{
    public const string Columns =
        """
        m.key, m.tenant_id, m.id, m.event_id, m.event_type, m.channels, m.payload, m.timestamp, m.created_at, m.trace_parent,
        m.payload_kept_until, m.deliver_at, m.expires_at, m.at_most_once, m.tested_endpoint_id
        """;

    public static WebhookMessage Read(NpgsqlDataReader row) => new()
    {
        Id = MessageKey.ToId(row.NullableText(2), row.GetGuid(0)),
        TenantId = row.GetString(1),
        EventId = row.NullableText(3),
        EventType = row.GetString(4),
        Channels = row.IsDBNull(5) ? [] : row.GetFieldValue<string[]>(5),
        Payload = row.Bytes(6) is { Length: > 0 } payload ? (ReadOnlyMemory<byte>?)payload : null,
        Timestamp = row.Time(7),
        CreatedAt = row.Time(8),
        TraceParent = row.NullableText(9),
        PayloadKeptUntil = row.NullableTime(10),
        DeliverAt = row.NullableTime(11),
        ExpiresAt = row.NullableTime(12),
        IsAtMostOnce = !row.IsDBNull(13),
        TestedEndpointId = row.NullableText(14),
    };
}
