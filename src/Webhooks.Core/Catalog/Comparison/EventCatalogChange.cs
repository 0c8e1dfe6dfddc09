namespace Webhooks.Catalog.Comparison;

/// <summary>One difference between two catalogs.</summary>
/// <param name="EventType">The name of the event type.</param>
/// <param name="Version">The version of the endpoints that it concerns; null for those without one.</param>
/// <param name="Path">Where in the payload: a JSON path such as <c>$.data.lines[*].sku</c>; null where it concerns the whole event type.</param>
/// <param name="Rule">The kind of change, for programs.</param>
/// <param name="IsBreaking">Whether it would break a subscriber.</param>
/// <param name="Message">What has changed, and for one that breaks, what to do.</param>
public sealed record EventCatalogChange(
    string EventType, string? Version, string? Path, EventCatalogRule Rule, bool IsBreaking, string Message)
{
    /// <summary>The change in one line.</summary>
    public override string ToString() =>
        $"{(IsBreaking ? "BREAKING" : "compatible")} {EventType}{(Version is null ? "" : $"@{Version}")}{(Path is null ? "" : $" {Path}")}: {Message} [{Rule}]";
}
