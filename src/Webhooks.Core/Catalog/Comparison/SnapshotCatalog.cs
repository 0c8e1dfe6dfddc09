using System.Text.Json.Nodes;

namespace Webhooks.Catalog.Comparison;

/// <summary>A catalog as it was exported.</summary>
internal sealed record SnapshotCatalog(string? EventVersion, IReadOnlyList<SnapshotEventType> EventTypes)
{
    private const int Format = 1;

    /// <summary>The versions that endpoints can have.</summary>
    public IEnumerable<string> Versions =>
        EventTypes.SelectMany(static type => type.Forms).Select(static form => form.Version).OfType<string>().Distinct(StringComparer.Ordinal);

    public static SnapshotCatalog Read(string json, string parameter)
    {
        if (JsonNode.Parse(json) is not JsonObject document
            || document["format"] is not JsonValue format
            || !format.TryGetValue<int>(out var number)
            || number != Format
            || document["eventTypes"] is not JsonArray eventTypes)
        {
            throw new ArgumentException(
                $"This is not a catalog of format {Format}. Write it with IEventCatalogExporter.ToJson, in a version of the package that has this format.",
                parameter);
        }

        return new SnapshotCatalog(
            (string?)document["eventVersion"],
            [
                .. eventTypes.Select(static type => new SnapshotEventType(
                    (string)type!["name"]!,
                    type["deprecation"] is not null,
                    (string?)type["deprecation"]?["successor"],
                    [
                        .. ((JsonArray)type["versions"]!).Select(static form =>
                            new SnapshotForm((string?)form!["version"], form["payload"]!)),
                    ])),
            ]);
    }
}
