namespace Webhooks.Storage;

/// <summary>Which messages to list.</summary>
public sealed record MessageQuery : PageQuery
{
    /// <summary>Only messages of this event type; null for all.</summary>
    public string? EventType { get; init; }

    /// <summary>Only messages created at this time or later; null for all.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only messages created before this time; null for all.</summary>
    public DateTimeOffset? Until { get; init; }
}
