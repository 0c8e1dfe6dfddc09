namespace Webhooks.Catalog;

/// <summary>What an exported document says of itself.</summary>
public sealed record EventCatalogDocument
{
    /// <summary>Its title. Default: <c>Webhooks</c>.</summary>
    public string Title { get; init; } = "Webhooks";

    /// <summary>The version of the document, as the host counts. Default: <c>1.0.0</c>.</summary>
    public string Version { get; init; } = "1.0.0";

    /// <summary>What stands before the event types, as Markdown. Default: nothing.</summary>
    public string? Description { get; init; }
}
