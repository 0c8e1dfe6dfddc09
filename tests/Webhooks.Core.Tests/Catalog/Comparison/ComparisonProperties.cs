using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Webhooks.Catalog.Comparison;
using Webhooks.Catalog.Schemas;

namespace Webhooks.Core.Tests.Catalog.Comparison;

/// <summary>What holds of every pair of schemas.</summary>
public sealed class ComparisonProperties
{
    private const int Samples = 40;

    private static readonly string[] Names = ["a", "b", "c"];

    private static readonly Arbitrary<int> Seeds = Gen.Choose(0, int.MaxValue - 1).ToArbitrary();

    [Fact]
    public void A_schema_does_not_differ_from_itself() => Prop.ForAll(Seeds, seed =>
    {
        var schema = new Maker(seed).Schema(3);
        return SchemaComparer.Compare(schema, schema.DeepClone()).Count == 0;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void An_optional_field_more_never_breaks() => Prop.ForAll(Seeds, seed =>
    {
        var maker = new Maker(seed);
        var before = maker.Object(3);
        var after = (JsonObject)before.DeepClone();
        ((JsonObject)after["properties"]!)["added"] = maker.Schema(2);
        return SchemaComparer.Compare(before, after).All(change => !change.IsBreaking);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_a_compatible_schema_allows_is_readable_by_the_old_one()
    {
        var compatible = 0;
        Prop.ForAll(Seeds, seed =>
        {
            var maker = new Maker(seed);
            var before = maker.Schema(3);
            var after = maker.Change(before);
            if (SchemaComparer.Compare(before, after).Any(change => change.IsBreaking))
            {
                return true;
            }

            compatible++;
            return Enumerable.Range(0, Samples).All(_ =>
            {
                var document = JsonSerializer.SerializeToElement(maker.Document(after));
                return SchemaValidator.Find(after, document) is not null || SchemaValidator.Find(before, document) is null;
            });
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
        compatible.Should().BeGreaterThan(200, "a property that is never asked holds of everything");
    }

    /// <summary>Makes schemas and documents of a seed.</summary>
    private sealed class Maker(int seed)
    {
#pragma warning disable CA5394 // Nothing here is secret.
        private readonly Random _random = new(seed);

        public JsonNode Schema(int depth) => _random.Next(depth > 0 ? 10 : 6) switch
        {
            0 => Typed("string"),
            1 => Typed("integer"),
            2 => Typed("number"),
            3 => Typed("boolean"),
            4 => new JsonObject { ["enum"] = new JsonArray([.. Some(["red", "green", "blue"]).Select(name => (JsonNode)name)]) },
            5 => _random.Next(3) == 0 ? JsonValue.Create(true) : Typed("string"),
            6 => new JsonObject { ["type"] = "array", ["items"] = Schema(depth - 1) },
            7 => new JsonObject { ["type"] = "object", ["additionalProperties"] = Schema(depth - 1) },
            8 => new JsonObject { ["anyOf"] = new JsonArray(Variant("x", depth - 1), Variant("y", depth - 1)) },
            _ => Object(depth),
        };

        public JsonObject Object(int depth)
        {
            var names = Some(Names);
            var result = new JsonObject
            {
                ["type"] = "object",
                ["properties"] = new JsonObject(names.Select(name => KeyValuePair.Create(name, (JsonNode?)Schema(depth - 1)))),
            };
            if (_random.Next(3) > 0)
            {
                result["required"] = new JsonArray([.. names.Where(_ => _random.Next(2) == 0).Select(name => (JsonNode)name)]);
            }

            return result;
        }

        /// <summary>Changes a schema here and there, or not at all.</summary>
        public JsonNode Change(JsonNode schema)
        {
            var changed = schema.DeepClone();
            for (var changes = _random.Next(3); changes > 0; changes--)
            {
                var places = Places(changed).ToList();
                if (places.Count == 0)
                {
                    return Schema(2);
                }

                Change(places[_random.Next(places.Count)]);
            }

            return changed;
        }

        /// <summary>Makes a document that the schema is likely to allow.</summary>
        public JsonNode? Document(JsonNode? node)
        {
            if (node is not JsonObject schema || _random.Next(40) == 0)
            {
                return _random.Next(4) switch { 0 => "text", 1 => 1, 2 => null, _ => new JsonObject() };
            }

            if (schema["anyOf"] is JsonArray forms)
            {
                return forms.Count == 0 ? null : Document(forms[_random.Next(forms.Count)]);
            }

            if (schema["const"] is { } value)
            {
                return value.DeepClone();
            }

            if (schema["enum"] is JsonArray values)
            {
                return values.Count == 0 ? null : values[_random.Next(values.Count)]?.DeepClone();
            }

            string[] types = schema["type"] switch
            {
                JsonArray several => [.. several.Select(type => (string)type!)],
                JsonValue one => [(string)one!],
                _ => ["object"],
            };
            return types[_random.Next(types.Length)] switch
            {
                "string" => Names[_random.Next(Names.Length)],
                "integer" => _random.Next(5),
                "number" => _random.Next(2) == 0 ? 1.5 : 2,
                "boolean" => true,
                "null" => null,
                "array" => new JsonArray([.. Enumerable.Range(0, _random.Next(3)).Select(_ => Document(schema["items"]))]),
                _ => DocumentObject(schema),
            };
        }

        private JsonObject DocumentObject(JsonObject schema)
        {
            var document = new JsonObject();
            var required = (schema["required"] as JsonArray ?? []).Select(name => (string)name!).ToList();
            foreach (var (name, property) in schema["properties"] as JsonObject ?? [])
            {
                if (required.Contains(name) || _random.Next(2) == 0)
                {
                    document[name] = Document(property);
                }
            }

            if (schema["additionalProperties"] is { } additional)
            {
                document["d"] = Document(additional);
            }

            return document;
        }

        private void Change(JsonObject schema)
        {
            switch (_random.Next(8))
            {
                case 0 when schema["type"] is JsonValue type:
                    schema["type"] = new JsonArray(type.DeepClone(), "null");
                    break;
                case 1 when schema["type"] is JsonArray types:
                    schema["type"] = types[0]!.DeepClone();
                    break;
                case 2 when schema["type"] is JsonValue:
                    schema["type"] = _random.Next(2) == 0 ? "integer" : "number";
                    break;
                case 3 when schema["enum"] is JsonArray values:
                    if (values.Count > 1 && _random.Next(2) == 0)
                    {
                        values.RemoveAt(0);
                    }
                    else
                    {
                        values.Add((JsonNode)string.Create(CultureInfo.InvariantCulture, $"color-{_random.Next(9)}"));
                    }

                    break;
                case 4 when schema["properties"] is JsonObject properties:
                    properties[$"{Names[_random.Next(Names.Length)]}2"] = Schema(1);
                    break;
                case 5 when schema["properties"] is JsonObject properties:
                    properties.Remove(Names[_random.Next(Names.Length)]);
                    break;
                case 6 when schema["properties"] is JsonObject properties:
                    schema["required"] = new JsonArray([.. properties.Select(property => (JsonNode)property.Key)]);
                    break;
                case 7 when schema["anyOf"] is JsonArray forms:
                    forms.RemoveAt(0);
                    break;
                default:
                    schema["description"] = "Changed.";
                    break;
            }
        }

        private static IEnumerable<JsonObject> Places(JsonNode? node) => node switch
        {
            JsonObject schema when schema.ContainsKey("type") || schema.ContainsKey("enum") || schema.ContainsKey("anyOf") =>
                new[] { schema }.Concat(schema.SelectMany(member => Places(member.Value))),
            JsonObject members => members.SelectMany(member => Places(member.Value)),
            JsonArray items => items.SelectMany(Places),
            _ => [],
        };

        private JsonObject Variant(string name, int depth)
        {
            var variant = Object(Math.Max(depth, 1));
            ((JsonObject)variant["properties"]!)["kind"] = new JsonObject { ["const"] = name };
            var required = variant["required"] as JsonArray ?? [];
            variant["required"] = new JsonArray([.. required.Select(value => value!.DeepClone()), "kind"]);
            return variant;
        }

        private JsonObject Typed(string type) => _random.Next(3) == 0
            ? new JsonObject { ["type"] = new JsonArray(type, "null") }
            : new JsonObject { ["type"] = type };

        private List<string> Some(string[] all) =>
            all.Where(_ => _random.Next(3) > 0).ToList() is { Count: > 0 } some ? some : [all[0]];
#pragma warning restore CA5394
    }
}
