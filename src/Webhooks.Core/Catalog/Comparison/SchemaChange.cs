namespace Webhooks.Catalog.Comparison;

/// <summary>One difference between two schemas.</summary>
internal sealed record SchemaChange(string Path, EventCatalogRule Rule, bool IsBreaking, string Message);
