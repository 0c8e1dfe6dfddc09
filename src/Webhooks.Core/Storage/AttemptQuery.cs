namespace Webhooks.Storage;

/// <summary>Which attempts to list.</summary>
public sealed record AttemptQuery : PageQuery
{
    /// <summary>The delivery whose attempts are listed.</summary>
    public required string DeliveryId { get; init; }
}
