using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Webhooks.Publishing;
using Webhooks.Validation;

namespace Webhooks.Catalog.Schemas;

/// <summary>The schemas of data, and of payloads: the data with what the envelope puts around it.</summary>
internal sealed class EventSchemas(EnvelopeShapes shapes, IOptions<WebhookJsonOptions> jsonOptions)
{
    private readonly JsonSerializerOptions _options = jsonOptions.Value.SerializerOptions;

    /// <summary>Makes the schema of a form's data; of data of any kind it allows everything.</summary>
    public JsonNode OfData(EventForm form) => form.DataType is null ? new JsonObject() : DataSchema.Of(form.GetTypeInfo(_options));

    /// <summary>Makes the schema of a form's payload; of an envelope that cannot be described it allows everything.</summary>
    public JsonObject OfPayload(EventForm form)
    {
        var payload = shapes.Of(form.EventType.Name).Root is { } root ? Of(root, form, "#") as JsonObject ?? [] : [];
        payload.Insert(0, "title", form.EventType.Name);
        if ((form.Older?.Description ?? form.EventType.Description) is { } description)
        {
            payload.Insert(1, "description", description);
        }

        return payload;
    }

    /// <summary>Where the schema of the data stands in that of the payload; null where it does not.</summary>
    public string? FindData(EventForm form) => shapes.Of(form.EventType.Name).Root is { } root ? FindData(root, "") : null;

    private JsonNode Of(EnvelopePart part, EventForm form, string place)
    {
        switch (part)
        {
            case EnvelopePart.Data:
                var data = OfData(form);
                SchemaReferences.Move(data, place);
                return data;
            case EnvelopePart.Object { HoldsDataProperties: true } flat:
                var properties = OfData(form);
                SchemaReferences.Move(properties, $"{place}/allOf/1");
                return new JsonObject
                {
                    ["allOf"] = new JsonArray(Of(flat with { HoldsDataProperties = false }, form, $"{place}/allOf/0"), properties),
                };
            case EnvelopePart.Object container:
                return OfObject(container, form, place);
            case EnvelopePart.Array array:
                return array.Items is [var only]
                    ? new JsonObject { ["type"] = "array", ["items"] = Of(only, form, $"{place}/items"), ["minItems"] = 1, ["maxItems"] = 1 }
                    : new JsonObject { ["type"] = "array" };
            case EnvelopePart.Text text:
                return OfText(text.Meaning, form);
            case EnvelopePart.Value { Kind: JsonValueKind.String }:
                return new JsonObject { ["type"] = "string" };
            case EnvelopePart.Value { Kind: JsonValueKind.Number }:
                return new JsonObject { ["type"] = "number" };
            case EnvelopePart.Value { Kind: JsonValueKind.True or JsonValueKind.False }:
                return new JsonObject { ["type"] = "boolean" };
            default:
                return new JsonObject();
        }
    }

    private JsonObject OfObject(EnvelopePart.Object container, EventForm form, string place)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var property in container.Properties)
        {
            if (property.NeedsVersion && form.Version is null)
            {
                continue;
            }

            var schema = Of(property.Part, form, $"{place}/properties/{JsonPointer.Escape(property.Name)}");
            if (property.NeedsEventId)
            {
                // Left out or null, as the envelope does it.
                if (schema["type"] is JsonValue type)
                {
                    schema["type"] = new JsonArray(type.DeepClone(), "null");
                }
            }
            else
            {
                required.Add((JsonNode)property.Name);
            }

            properties[property.Name] = schema;
        }

        var result = new JsonObject { ["type"] = "object", ["properties"] = properties };
        if (required.Count > 0)
        {
            result["required"] = required;
        }

        return result;
    }

    private static JsonObject OfText(EnvelopeText meaning, EventForm form) => meaning switch
    {
        EnvelopeText.EventType => new() { ["type"] = "string", ["const"] = form.EventType.Name, ["description"] = "The event type." },
        EnvelopeText.Version => form.Version is { } version
            ? new() { ["type"] = "string", ["const"] = version, ["description"] = "The version of the data's form." }
            : new() { ["type"] = "string" },
        EnvelopeText.Timestamp => new() { ["type"] = "string", ["format"] = "date-time", ["description"] = "When the event happened." },
        EnvelopeText.MessageId => new() { ["type"] = "string", ["description"] = "The message's id, the same on every attempt." },
        EnvelopeText.EventId => new() { ["type"] = "string", ["description"] = "The event's id." },
        _ => new() { ["type"] = "string", ["description"] = "The tenant." },
    };

    private static string? FindData(EnvelopePart part, string place) => part switch
    {
        EnvelopePart.Data => place,
        EnvelopePart.Object { HoldsDataProperties: true } => $"{place}/allOf/1",
        EnvelopePart.Object container => container.Properties
            .Select(property => FindData(property.Part, $"{place}/properties/{JsonPointer.Escape(property.Name)}"))
            .FirstOrDefault(static found => found is not null),
        EnvelopePart.Array { Items: [var only] } => FindData(only, $"{place}/items"),
        _ => null,
    };
}
