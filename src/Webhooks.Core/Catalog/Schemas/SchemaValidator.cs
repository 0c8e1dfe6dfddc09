using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Webhooks.Catalog.Schemas;

/// <summary>Checks JSON against a schema, by the keywords that the schemas of a catalog have.</summary>
internal static class SchemaValidator
{
    private static readonly TimeSpan PatternTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Finds the first place where a value is not as the schema says.</summary>
    /// <returns>A JSON path and what is wrong there; null where nothing is.</returns>
    public static (string Path, string Problem)? Find(JsonNode? schema, JsonElement value) => Find(schema, schema!, value, "$");

    private static (string Path, string Problem)? Find(JsonNode? node, JsonNode root, JsonElement value, string path)
    {
        if (node is not JsonObject schema)
        {
            return node?.GetValueKind() == JsonValueKind.False ? (path, "may not be there") : null;
        }

        if (schema["$ref"] is { } reference && Find(SchemaReferences.Find(root, (string)reference!), root, value, path) is { } referenced)
        {
            return referenced;
        }

        return FindValueProblem(schema, value) is { } problem
            ? (path, problem)
            : FindInAlternatives(schema, root, value, path)
                ?? (value.ValueKind == JsonValueKind.Object ? FindInObject(schema, root, value, path) : null)
                ?? (value.ValueKind == JsonValueKind.Array ? FindInArray(schema, root, value, path) : null);
    }

    private static string? FindValueProblem(JsonObject schema, JsonElement value)
    {
        if (schema["type"] is { } type)
        {
            string[] types = type is JsonArray several ? [.. several.Select(name => (string)name!)] : [(string)type!];
            if (!Array.Exists(types, name => IsOf(value, name)))
            {
                return $"is {Describe(value)}, but has to be {string.Join(" or ", types)}";
            }
        }

        if (schema["enum"] is JsonArray values && !values.Any(candidate => IsSame(candidate, value)))
        {
            return $"is {Describe(value)}, but has to be one of {values.ToJsonString()}";
        }

        if (schema.ContainsKey("const") && !IsSame(schema["const"], value))
        {
            return $"is {Describe(value)}, but has to be {schema["const"]?.ToJsonString() ?? "null"}";
        }

        return schema["pattern"] is { } pattern
            && value.ValueKind == JsonValueKind.String
            && !Regex.IsMatch(value.GetString()!, (string)pattern!, RegexOptions.ECMAScript, PatternTimeout)
                ? $"is {Describe(value)}, which does not match {(string)pattern!}"
                : null;
    }

    private static (string Path, string Problem)? FindInAlternatives(JsonObject schema, JsonNode root, JsonElement value, string path)
    {
        foreach (var part in schema["allOf"] as JsonArray ?? [])
        {
            if (Find(part, root, value, path) is { } problem)
            {
                return problem;
            }
        }

        return schema["anyOf"] is JsonArray alternatives && alternatives.All(alternative => Find(alternative, root, value, path) is not null)
            ? (path, "is none of the forms that it may have")
            : null;
    }

    private static (string Path, string Problem)? FindInObject(JsonObject schema, JsonNode root, JsonElement value, string path)
    {
        foreach (var name in schema["required"] as JsonArray ?? [])
        {
            if (!value.TryGetProperty((string)name!, out _))
            {
                return ($"{path}.{(string)name!}", "is missing");
            }
        }

        var properties = schema["properties"] as JsonObject;
        var isLimited = schema.ContainsKey("additionalProperties");
        foreach (var property in value.EnumerateObject())
        {
            JsonNode? declared = null;
            var isDeclared = properties is not null && properties.TryGetPropertyValue(property.Name, out declared);
            if ((isDeclared || isLimited)
                && Find(isDeclared ? declared : schema["additionalProperties"], root, property.Value, $"{path}.{property.Name}") is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    private static (string Path, string Problem)? FindInArray(JsonObject schema, JsonNode root, JsonElement value, string path)
    {
        if (!schema.ContainsKey("items"))
        {
            return null;
        }

        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            if (Find(schema["items"], root, item, $"{path}[{index++}]") is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    private static bool IsOf(JsonElement value, string type) => value.ValueKind switch
    {
        JsonValueKind.Object => type is "object",
        JsonValueKind.Array => type is "array",
        JsonValueKind.String => type is "string",
        JsonValueKind.Number => type is "number" || (type is "integer" && value.TryGetDecimal(out var number) && decimal.IsInteger(number)),
        JsonValueKind.True or JsonValueKind.False => type is "boolean",
        _ => type is "null",
    };

    private static bool IsSame(JsonNode? node, JsonElement value) =>
        node is null ? value.ValueKind == JsonValueKind.Null : JsonNode.DeepEquals(node, JsonNode.Parse(value.GetRawText()));

    private static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        _ => value.GetRawText(),
    };
}
