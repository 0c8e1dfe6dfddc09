using Webhooks.EntityFrameworkCore.Store.Model;
using Webhooks.Publishing;

namespace Webhooks.EntityFrameworkCore.Store.Messages;

/// <summary>Reads a message from its row.</summary>
internal static class MessageReader
{
    public static WebhookMessage Read(MessageRow row) => new()
    {
        TenantId = row.TenantId,
        Id = row.Id,
        EventId = row.EventId,
        EventType = row.EventType,
        Channels = ChannelList.Read(row.Channels),
        Timestamp = row.Timestamp.ToTime(),
        CreatedAt = row.CreatedAt.ToTime(),
        Payload = row.Payload is null ? null : (ReadOnlyMemory<byte>?)row.Payload,
        PayloadKeptUntil = row.PayloadKeptUntil.ToTime(),
        DeliverAt = row.DeliverAt.ToTime(),
        ExpiresAt = row.ExpiresAt.ToTime(),
        IsAtMostOnce = row.IsAtMostOnce,
        TestedEndpointId = row.TestedEndpointId,
        TraceParent = row.TraceParent,
    };
}
