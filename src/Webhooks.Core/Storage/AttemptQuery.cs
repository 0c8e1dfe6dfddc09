namespace Webhooks.Storage;

/// <summary>Which attempts to list: those of a delivery, or those of all deliveries of a message.</summary>
public sealed record AttemptQuery : PageQuery
{
    /// <summary>The delivery whose attempts are listed; null for those of a message.</summary>
    public string? DeliveryId { get; init; }

    /// <summary>The message whose attempts are listed; null for those of a delivery.</summary>
    public string? MessageId { get; init; }
}
