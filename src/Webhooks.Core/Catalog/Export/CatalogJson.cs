using System.Text.Json.Nodes;

namespace Webhooks.Catalog.Export;

/// <summary>The catalog as JSON: a form of our own, which holds all that is known of it.</summary>
internal static class CatalogJson
{
    /// <summary>The version of the form.</summary>
    private const int Format = 1;

    public static JsonObject Write(IEventCatalog catalog, IReadOnlyList<ExportedEvent> events, string? eventVersion) => JsonText.Object(
        ("format", Format),
        ("eventVersion", eventVersion),
        ("eventTypes", new JsonArray([.. catalog.EventTypes.Select(eventType => Write(eventType, events))])));

    private static JsonObject Write(EventType eventType, IReadOnlyList<ExportedEvent> events) => JsonText.Object(
        ("name", eventType.Name),
        ("description", eventType.Description),
        ("group", eventType.Group),
        ("tags", JsonText.Array(eventType.Tags)),
        ("deprecation", eventType.Deprecation is { } deprecation
            ? JsonText.Object(("successor", deprecation.Successor), ("reason", deprecation.Reason))
            : null),
        ("versions", new JsonArray([.. events.Where(form => form.EventType == eventType).Select(Write)])));

    private static JsonObject Write(ExportedEvent form) => JsonText.Object(
        ("version", form.Form.Version),
        ("description", form.Form.Older?.Description),
        ("payload", EventCatalogExporter.SchemaDocument(form.Payload)),
        ("data", form.DataPlace),
        ("examples", form.Examples.Count == 0
            ? null
            : new JsonArray([.. form.Examples.Select(static example =>
                JsonText.Object(("name", example.Name), ("data", example.Data), ("payload", example.Payload)))])));
}
