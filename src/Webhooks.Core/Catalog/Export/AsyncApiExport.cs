using System.Text.Json.Nodes;
using Webhooks.Catalog.Schemas;

namespace Webhooks.Catalog.Export;

/// <summary>
/// The catalog as a document by the AsyncAPI Specification 3.0.0. There is one channel, the subscriber's endpoint, to which every event is
/// an operation that sends one of its forms.
/// </summary>
internal sealed class AsyncApiExport(EventCatalogDocument document, ExportedDelivery delivery)
{
    private const string Channel = "endpoint";
    private const string BindingVersion = "0.3.0";

    public JsonObject Write(IReadOnlyList<ExportedEvent> events) => JsonText.Object(
        ("asyncapi", "3.0.0"),
        ("info", JsonText.Object(
            ("title", document.Title),
            ("version", document.Version),
            ("description", string.Join("\n\n", new[] { document.Description, ExportedDelivery.Summary, delivery.Failed, }.OfType<string>())))),
        ("defaultContentType", "application/json"),
        ("channels", JsonText.Object((Channel, new JsonObject
        {
            // What the subscriber registered: known when an event is sent.
            ["address"] = null,
            ["title"] = "A subscriber's endpoint",
            ["messages"] = Members(events, static form => Reference("components/messages", form.ComponentKey)),
        }))),
        ("operations", JsonText.Object(events.GroupBy(static form => form.EventType.Name, StringComparer.Ordinal).Select(Operation))),
        ("components", JsonText.Object(
            ("messages", Members(events, Message)),
            ("schemas", Members(events, Schema)))),
        ("x-webhooks-delivery", delivery.ToJson()));

    private static (string Key, JsonNode? Operation) Operation(IGrouping<string, ExportedEvent> forms)
    {
        var newest = forms.First();
        return (forms.Key, JsonText.Object(
            ("action", "send"),
            ("title", forms.Key),
            ("description", newest.EventType.Description),
            ("channel", Reference("channels", Channel)),
            ("tags", Tags(newest)),
            ("bindings", JsonText.Object(("http", JsonText.Object(("method", "POST"), ("bindingVersion", BindingVersion))))),
            ("messages", new JsonArray([.. forms.Select(static form => Reference($"channels/{Channel}/messages", form.ComponentKey))])),
            ("x-deprecated", newest.EventType.Deprecation is null ? null : true)));
    }

    private JsonObject Message(ExportedEvent form)
    {
        var id = delivery.Headers.FirstOrDefault(static header => header.IsMessageId);
        return JsonText.Object(
            ("name", form.EventType.Name),
            ("title", form.Key),
            ("description", form.Description),
            ("contentType", "application/json"),
            ("headers", delivery.Headers.Count == 0 ? null : Headers()),
            ("correlationId", id is null ? null : JsonText.Object(("description", id.Description), ("location", $"$message.header#/{id.Name}"))),
            ("payload", Reference("components/schemas", form.ComponentKey)),
            ("tags", Tags(form)),
            ("examples", Examples(form)));
    }

    private JsonObject Headers() => JsonText.Object(
        ("type", "object"),
        ("properties", JsonText.Object(delivery.Headers.Select(static header =>
            (header.Name, (JsonNode?)JsonText.Object(("type", "string"), ("description", header.Description)))))),
        ("required", JsonText.Array(delivery.Headers.Select(static header => header.Name))));

    private static JsonArray? Examples(ExportedEvent form)
    {
        JsonNode[] examples =
        [
            .. form.Examples.Where(static example => example.Payload is not null)
                .Select(static example => JsonText.Object(("name", example.Name), ("payload", example.Payload!.DeepClone()))),
        ];
        return examples.Length > 0 ? new JsonArray(examples) : null;
    }

    private static JsonObject Schema(ExportedEvent form)
    {
        var schema = (JsonObject)form.Payload.DeepClone();
        SchemaReferences.Move(schema, $"#/components/schemas/{form.ComponentKey}");
        return schema;
    }

    private static JsonArray? Tags(ExportedEvent form)
    {
        JsonNode[] tags =
        [
            .. (form.EventType.Group is { } group ? form.EventType.Tags.Prepend(group) : form.EventType.Tags)
                .Distinct(StringComparer.Ordinal)
                .Select(static tag => JsonText.Object(("name", tag))),
        ];
        return tags.Length > 0 ? new JsonArray(tags) : null;
    }

    private static JsonObject Members(IReadOnlyList<ExportedEvent> events, Func<ExportedEvent, JsonNode> value) =>
        JsonText.Object(events.Select(form => (form.ComponentKey, (JsonNode?)value(form))));

    private static JsonObject Reference(string place, string key) => JsonText.Object(("$ref", $"#/{place}/{key}"));
}
