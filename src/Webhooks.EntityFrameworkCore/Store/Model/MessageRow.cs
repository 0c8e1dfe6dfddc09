namespace Webhooks.EntityFrameworkCore.Store.Model;

/// <summary>A message.</summary>
internal sealed class MessageRow
{
    public long Seq { get; set; }

    public Guid TenantKey { get; set; }

    public string TenantId { get; set; } = "";

    public string Id { get; set; } = "";

    public string? EventId { get; set; }

    public Guid EventTypeKey { get; set; }

    public string EventType { get; set; } = "";

    /// <summary>Separated by spaces; null: none.</summary>
    public string? Channels { get; set; }

    public long Timestamp { get; set; }

    public long CreatedAt { get; set; }

    public int DeliveryCount { get; set; }

    /// <summary>Null: removed.</summary>
    public byte[]? Payload { get; set; }

    public long? PayloadKeptUntil { get; set; }

    public long? DeliverAt { get; set; }

    public long? ExpiresAt { get; set; }

    public bool IsAtMostOnce { get; set; }

    public string? TestedEndpointId { get; set; }

    public string? TraceParent { get; set; }
}
