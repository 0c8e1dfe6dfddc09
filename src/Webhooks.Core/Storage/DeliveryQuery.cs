using Webhooks.Dispatching;

namespace Webhooks.Storage;

/// <summary>Which deliveries to list.</summary>
public sealed record DeliveryQuery : PageQuery
{
    /// <summary>Only deliveries to this endpoint; null for all.</summary>
    public string? EndpointId { get; init; }

    /// <summary>Only deliveries of this message; null for all.</summary>
    public string? MessageId { get; init; }

    /// <summary>Only deliveries of this status; null for all.</summary>
    public DeliveryStatus? Status { get; init; }

    /// <summary>Only deliveries of messages of this event type; null for all.</summary>
    public string? EventType { get; init; }

    /// <summary>Only deliveries created at this time or later; null for all.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only deliveries created before this time; null for all.</summary>
    public DateTimeOffset? Until { get; init; }
}
