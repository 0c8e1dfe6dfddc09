using System.Text.Json.Nodes;
using Webhooks.Validation;

namespace Webhooks.Catalog.Schemas;

/// <summary>References inside a schema, which are pointers (RFC 6901) from its root.</summary>
internal static class SchemaReferences
{
    /// <summary>Makes references right in a schema that becomes a part of another document.</summary>
    /// <param name="node">The schema; it is changed.</param>
    /// <param name="place">Where it stands there: <c>#/properties/data</c>.</param>
    public static void Move(JsonNode? node, string place)
    {
        switch (node)
        {
            case JsonObject schema:
                if (schema["$ref"] is JsonValue value && value.TryGetValue<string>(out var reference) && reference.StartsWith('#'))
                {
                    schema["$ref"] = string.Concat(place, reference.AsSpan(1));
                }

                foreach (var (_, child) in schema)
                {
                    Move(child, place);
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    Move(item, place);
                }

                break;
            default:
                break;
        }
    }

    /// <summary>Finds what a reference leads to; null for nothing.</summary>
    public static JsonNode? Find(JsonNode root, string reference)
    {
        var node = root;
        foreach (var segment in reference.Split('/').Skip(1))
        {
            var name = JsonPointer.Unescape(Uri.UnescapeDataString(segment));
            node = node switch
            {
                JsonObject schema => schema[name],
                JsonArray items when int.TryParse(name, out var index) && index < items.Count => items[index],
                _ => null,
            };
        }

        return node;
    }
}
