using System.Text.Json.Nodes;
using Webhooks.Catalog.Schemas;

namespace Webhooks.Catalog.Export;

/// <summary>The catalog as a document by the OpenAPI Specification 3.1.0.</summary>
internal sealed class OpenApiExport(EventCatalogDocument document, ExportedDelivery delivery)
{
    public JsonObject Write(IReadOnlyList<ExportedEvent> events) => JsonText.Object(
        ("openapi", "3.1.0"),
        ("info", JsonText.Object(
            ("title", document.Title),
            ("version", document.Version),
            ("description", string.Join("\n\n", new[] { document.Description, ExportedDelivery.Summary }.OfType<string>())))),
        ("tags", Tags(events)),
        ("webhooks", Members(events, static form => form.Key, form => JsonText.Object(("post", Operation(form))))),
        ("components", JsonText.Object(
            ("schemas", Members(events, static form => form.ComponentKey, Schema)),
            ("parameters", delivery.Headers.Count == 0 ? null : Parameters()),
            ("responses", Responses()))),
        ("x-webhooks-delivery", delivery.ToJson()));

    private JsonObject Operation(ExportedEvent form) => JsonText.Object(
        ("operationId", form.ComponentKey),
        ("summary", form.Key),
        ("description", form.Description),
        ("tags", JsonText.Array(TagsOf(form))),
        ("deprecated", form.EventType.Deprecation is null ? null : true),
        ("parameters", delivery.Headers.Count == 0
            ? null
            : new JsonArray([.. delivery.Headers.Select(static header => Reference("parameters", header.Name))])),
        ("requestBody", JsonText.Object(
            ("required", true),
            ("content", JsonText.Object(("application/json", JsonText.Object(
                ("schema", Reference("schemas", form.ComponentKey)),
                ("examples", Examples(form)))))))),
        ("responses", JsonText.Object(
            ("2XX", Reference("responses", "Accepted")),
            ("410", Reference("responses", "Gone")),
            ("429", Reference("responses", "NotNow")),
            ("503", Reference("responses", "NotNow")),
            ("default", Reference("responses", "Failed")))));

    private static JsonObject? Examples(ExportedEvent form)
    {
        var examples = JsonText.Object(form.Examples
            .Where(static example => example.Payload is not null)
            .Select(static example => (example.Name, (JsonNode?)JsonText.Object(("value", example.Payload!.DeepClone())))));
        return examples.Count > 0 ? examples : null;
    }

    private static JsonObject Schema(ExportedEvent form)
    {
        var schema = (JsonObject)form.Payload.DeepClone();
        SchemaReferences.Move(schema, $"#/components/schemas/{form.ComponentKey}");
        return schema;
    }

    private JsonObject Parameters() => JsonText.Object(delivery.Headers.Select(static header => (header.Name, (JsonNode?)JsonText.Object(
        ("name", header.Name),
        ("in", "header"),
        ("required", true),
        ("description", header.Description),
        ("schema", JsonText.Object(("type", "string")))))));

    private JsonObject Responses() => JsonText.Object(
        ("Accepted", JsonText.Object(("description", ExportedDelivery.Accepted))),
        ("Gone", JsonText.Object(("description", ExportedDelivery.Gone))),
        ("NotNow", JsonText.Object(
            ("description", ExportedDelivery.NotNow),
            ("headers", JsonText.Object(("Retry-After", JsonText.Object(
                ("description", ExportedDelivery.RetryAfter),
                ("schema", JsonText.Object(("type", "string"))))))))),
        ("Failed", JsonText.Object(("description", delivery.Failed))));

    private static JsonArray? Tags(IReadOnlyList<ExportedEvent> events)
    {
        JsonNode[] tags =
        [
            .. events.SelectMany(TagsOf)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)
                .Select(static tag => JsonText.Object(("name", tag))),
        ];
        return tags.Length > 0 ? new JsonArray(tags) : null;
    }

    private static IEnumerable<string> TagsOf(ExportedEvent form) =>
        (form.EventType.Group is { } group ? form.EventType.Tags.Prepend(group) : form.EventType.Tags).Distinct(StringComparer.Ordinal);

    private static JsonObject Members(
        IReadOnlyList<ExportedEvent> events, Func<ExportedEvent, string> key, Func<ExportedEvent, JsonNode> value) =>
        JsonText.Object(events.Select(form => (key(form), (JsonNode?)value(form))));

    private static JsonObject Reference(string kind, string key) => JsonText.Object(("$ref", $"#/components/{kind}/{key}"));
}
