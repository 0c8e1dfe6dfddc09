using System.Text.Json;
using System.Text.Json.Nodes;
using Webhooks.Catalog.Schemas;

namespace Webhooks.Catalog.Comparison;

/// <summary>One of the forms that a schema allows, with its references followed and its parts put together.</summary>
internal sealed class SchemaForm
{
    private static readonly string[] AllTypes = ["object", "array", "string", "number", "boolean", "null"];

    /// <summary>Whether no value is of this form.</summary>
    public bool IsNothing { get; private init; }

    public HashSet<string> Types { get; private init; } = new(AllTypes, StringComparer.Ordinal);

    /// <summary>The only values, as JSON; null for any.</summary>
    public IReadOnlyList<string>? Values { get; private init; }

    public Dictionary<string, JsonNode> Properties { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Required { get; } = new(StringComparer.Ordinal);

    /// <summary>What other properties are; null for anything.</summary>
    public JsonNode? Additional { get; private set; }

    public JsonNode? Items { get; private set; }

    /// <summary>What else is said of values, as JSON.</summary>
    public Dictionary<string, string> Constraints { get; } = new(StringComparer.Ordinal);

    /// <summary>The value of its discriminator: the first property that always has the same text. Null for none.</summary>
    public string? Name => Properties
        .Where(property => Required.Contains(property.Key))
        .Select(static property => (property.Value as JsonObject)?["const"])
        .Where(static value => value is not null)
        .Select(static value => value!.ToJsonString())
        .FirstOrDefault();

    /// <summary>Finds the forms of a schema.</summary>
    public static IReadOnlyList<SchemaForm> Expand(JsonNode? node, JsonNode root) => Expand(node, root, []);

    private static IReadOnlyList<SchemaForm> Expand(JsonNode? node, JsonNode root, HashSet<JsonNode> followed)
    {
        if (node is not JsonObject schema)
        {
            return [new SchemaForm { IsNothing = node?.GetValueKind() == JsonValueKind.False }];
        }

        if (!followed.Add(schema))
        {
            // A reference to itself says nothing.
            return [new SchemaForm()];
        }

        IReadOnlyList<SchemaForm> forms = [Read(schema)];
        if (schema["$ref"] is { } reference)
        {
            forms = Combine(forms, Expand(SchemaReferences.Find(root, (string)reference!), root, followed));
        }

        foreach (var part in schema["allOf"] as JsonArray ?? [])
        {
            forms = Combine(forms, Expand(part, root, followed));
        }

        if (schema["anyOf"] is JsonArray alternatives)
        {
            forms = Combine(forms, [.. alternatives.SelectMany(alternative => Expand(alternative, root, followed))]);
        }

        followed.Remove(schema);
        return forms;
    }

    private static List<SchemaForm> Combine(IReadOnlyList<SchemaForm> left, IReadOnlyList<SchemaForm> right) =>
        [.. left.SelectMany(_ => right, Combine)];

    private static SchemaForm Combine(SchemaForm left, SchemaForm right)
    {
        var types = left.Types.Where(type => right.Types.Contains(type) || (type is "integer" && right.Types.Contains("number")))
            .Concat(right.Types.Where(type => type is "integer" && left.Types.Contains("number")));
        var combined = new SchemaForm
        {
            Types = new(types, StringComparer.Ordinal),
            IsNothing = left.IsNothing || right.IsNothing,
            Values = (left.Values, right.Values) switch
            {
                (null, var values) => values,
                (var values, null) => values,
                var (one, other) => [.. one.Intersect(other, StringComparer.Ordinal)],
            },
            Additional = And(left.Additional, right.Additional),
            Items = And(left.Items, right.Items),
        };
        combined.Required.UnionWith(left.Required.Concat(right.Required));
        foreach (var (name, schema) in left.Properties.Concat(right.Properties))
        {
            combined.Properties[name] = And(combined.Properties.GetValueOrDefault(name), schema)!;
        }

        foreach (var (keyword, value) in left.Constraints.Concat(right.Constraints))
        {
            combined.Constraints[keyword] = combined.Constraints.TryGetValue(keyword, out var other) && !string.Equals(other, value, StringComparison.Ordinal)
                ? $"{other} and {value}"
                : value;
        }

        return combined;
    }

    private static JsonNode? And(JsonNode? left, JsonNode? right) => (left, right) switch
    {
        (null, _) => right,
        (_, null) => left,
        _ => new JsonObject { ["allOf"] = new JsonArray(left.DeepClone(), right.DeepClone()) },
    };

    private static SchemaForm Read(JsonObject schema)
    {
        string[]? values = schema switch
        {
            _ when schema.ContainsKey("const") => [Text(schema["const"])],
            _ when schema["enum"] is JsonArray several => [.. several.Select(Text)],
            _ => null,
        };
        string[]? types = schema["type"] switch
        {
            JsonArray several => [.. several.Select(static type => (string)type!)],
            JsonValue one => [(string)one!],
            _ => values is null ? null : [.. values.Select(TypeOf).Distinct(StringComparer.Ordinal)],
        };
        var form = new SchemaForm
        {
            Types = new(types ?? AllTypes, StringComparer.Ordinal),
            Values = values,
            Additional = schema["additionalProperties"],
            Items = schema["items"],
        };
        foreach (var (name, property) in schema["properties"] as JsonObject ?? [])
        {
            form.Properties[name] = property ?? true;
        }

        form.Required.UnionWith((schema["required"] as JsonArray ?? []).Select(static name => (string)name!));
        foreach (var (keyword, value) in schema.Where(static member => SchemaComparer.IsConstraint(member.Key)))
        {
            form.Constraints[keyword] = Text(value);
        }

        return form;
    }

    private static string Text(JsonNode? value) => value?.ToJsonString() ?? "null";

    private static string TypeOf(string json) => json[0] switch
    {
        '{' => "object",
        '[' => "array",
        '"' => "string",
        't' or 'f' => "boolean",
        'n' => "null",
        _ => json.Contains('.', StringComparison.Ordinal) || json.Contains('e', StringComparison.OrdinalIgnoreCase) ? "number" : "integer",
    };
}
