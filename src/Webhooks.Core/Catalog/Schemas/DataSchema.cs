using System.ComponentModel;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Webhooks.Catalog.Schemas;

/// <summary>
/// The JSON Schema (draft 2020-12) of data as it is written: what is always there is required, and numbers are numbers, whatever the
/// same type would accept when it is read.
/// </summary>
internal static class DataSchema
{
    private static readonly JsonSchemaExporterOptions Options = new()
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = Transform,
    };

    /// <summary>Makes the schema of a type.</summary>
    public static JsonNode Of(JsonTypeInfo typeInfo) => typeInfo.GetJsonSchemaAsNode(Options);

    private static JsonNode Transform(JsonSchemaExporterContext context, JsonNode node)
    {
        if (node is JsonObject schema)
        {
            WriteNumbersOnly(context, schema);
            DescribeProperties(context.TypeInfo, schema);
        }

        return context.PropertyInfo is { } property
            ? DescribeProperty(property, context.TypeInfo, node)
            : Annotate(node, FindDescription(context.TypeInfo.Type), isDeprecated: false);
    }

    /// <summary>Numbers may be read from strings; they are written as one of both.</summary>
    private static void WriteNumbersOnly(JsonSchemaExporterContext context, JsonObject schema)
    {
        if (schema["type"] is not JsonArray types || !Has(types, "string") || !(Has(types, "integer") || Has(types, "number")))
        {
            return;
        }

        var handling = context.PropertyInfo?.NumberHandling ?? context.TypeInfo.NumberHandling ?? context.TypeInfo.Options.NumberHandling;
        var isWrittenAsString = handling.HasFlag(JsonNumberHandling.WriteAsString);
        Keep(schema, types, type => isWrittenAsString ? type is "string" or "null" : type is not "string");
        if (!isWrittenAsString)
        {
            schema.Remove("pattern");
        }
    }

    private static void DescribeProperties(JsonTypeInfo typeInfo, JsonObject schema)
    {
        if (typeInfo.Kind != JsonTypeInfoKind.Object || schema["properties"] is not JsonObject properties)
        {
            return;
        }

        // What is there already belongs to the discriminator of a derived type.
        var own = typeInfo.Properties.Where(property => !property.IsExtensionData).ToDictionary(property => property.Name, StringComparer.Ordinal);
        var required = new List<string>((schema["required"] as JsonArray ?? []).Select(name => (string)name!).Where(name => !own.ContainsKey(name)));
        foreach (var (name, property) in own)
        {
            if (property.Get is null)
            {
                properties.Remove(name);
            }
            else if (properties.ContainsKey(name) && !IsOptional(property, typeInfo.Options))
            {
                required.Add(name);
            }
        }

        schema.Remove("required");
        if (required.Count > 0)
        {
            schema["required"] = new JsonArray([.. required.Select(name => (JsonNode)name)]);
        }
    }

    private static JsonNode DescribeProperty(JsonPropertyInfo property, JsonTypeInfo typeInfo, JsonNode node)
    {
        if (IsNeverNull(property) && node is JsonObject schema)
        {
            if (schema["type"] is JsonArray types && Has(types, "null"))
            {
                Keep(schema, types, static type => type is not "null");
            }

            if (schema["enum"] is JsonArray values && values.Contains(null))
            {
                values.Remove(null);
            }
        }

        var attributes = property.AttributeProvider;
        var description = FindDescription(attributes)
            ?? FindDescription(property.AssociatedParameter?.AttributeProvider)
            ?? FindDescription(typeInfo.Type);
        return Annotate(node, description, Find<ObsoleteAttribute>(attributes) is not null);
    }

    private static JsonNode Annotate(JsonNode node, string? description, bool isDeprecated)
    {
        if (description is null && !isDeprecated)
        {
            return node;
        }

        // The schema that allows everything is 'true', which has no place for words.
        var schema = node as JsonObject ?? [];
        if (description is not null)
        {
            schema.Remove("description");
            schema.Insert(0, "description", description);
        }

        if (isDeprecated)
        {
            schema["deprecated"] = true;
        }

        return schema;
    }

    private static bool IsOptional(JsonPropertyInfo property, JsonSerializerOptions options) => Condition(property, options) switch
    {
        JsonIgnoreCondition.Never => false,
        null => property.ShouldSerialize is not null,
        _ => true,
    };

    private static bool IsNeverNull(JsonPropertyInfo property) =>
        Condition(property, property.Options) is JsonIgnoreCondition.WhenWritingNull or JsonIgnoreCondition.WhenWritingDefault;

    /// <summary>When the property is left out; null where that is not said, but its metadata may decide.</summary>
    private static JsonIgnoreCondition? Condition(JsonPropertyInfo property, JsonSerializerOptions options) =>
        Find<JsonIgnoreAttribute>(property.AttributeProvider)?.Condition
            ?? (options.DefaultIgnoreCondition == JsonIgnoreCondition.Never ? null : options.DefaultIgnoreCondition);

    private static string? FindDescription(ICustomAttributeProvider? attributes) => Find<DescriptionAttribute>(attributes)?.Description;

    private static T? Find<T>(ICustomAttributeProvider? attributes)
        where T : Attribute => attributes?.GetCustomAttributes(typeof(T), inherit: true).OfType<T>().FirstOrDefault();

    private static bool Has(JsonArray types, string type) => types.Any(candidate => string.Equals((string?)candidate, type, StringComparison.Ordinal));

    private static void Keep(JsonObject schema, JsonArray types, Predicate<string> isKept)
    {
        string[] kept = [.. types.Select(type => (string)type!).Where(type => isKept(type))];
        schema["type"] = kept is [var only] ? only : new JsonArray([.. kept.Select(type => (JsonNode)type)]);
    }
}
