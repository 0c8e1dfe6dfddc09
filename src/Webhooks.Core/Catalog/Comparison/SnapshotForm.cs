using System.Text.Json.Nodes;

namespace Webhooks.Catalog.Comparison;

/// <summary>One form of an event type as it was exported.</summary>
/// <param name="Version">Its version; null for none.</param>
/// <param name="Payload">The schema of its payloads.</param>
internal sealed record SnapshotForm(string? Version, JsonNode Payload);
