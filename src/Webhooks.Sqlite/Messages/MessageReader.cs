using Webhooks.Publishing;
using Webhooks.Sqlite.Connections;
using Webhooks.Sqlite.Endpoints;

namespace Webhooks.Sqlite.Messages;

/// <summary>Reads a message from a row that starts with <see cref="Columns"/>.</summary>
internal static class MessageReader
{
    public const string Columns =
        """
        m.seq, m.tenant_id, m.id, m.event_id, m.event_type, m.channels, m.timestamp, m.created_at, m.payload, m.trace_parent,
        m.payload_kept_until, m.deliver_at, m.expires_at, m.at_most_once, m.tested_endpoint_id
        """;

    public static WebhookMessage Read(Statement row) => new()
    {
        TenantId = row.Text(1),
        Id = row.Text(2),
        EventId = row.NullableText(3),
        EventType = row.Text(4),
        Channels = ChannelList.Read(row.NullableText(5)),
        Timestamp = row.Time(6),
        CreatedAt = row.Time(7),
        Payload = row.Bytes(8) is { Length: > 0 } payload ? (ReadOnlyMemory<byte>?)payload : null,
        TraceParent = row.NullableText(9),
        PayloadKeptUntil = row.NullableTime(10),
        DeliverAt = row.NullableTime(11),
        ExpiresAt = row.NullableTime(12),
        IsAtMostOnce = !row.IsNull(13),
        TestedEndpointId = row.NullableText(14),
    };
}
