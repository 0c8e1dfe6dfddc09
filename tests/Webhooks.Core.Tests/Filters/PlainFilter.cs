using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Webhooks.Core.Tests.Filters;

/// <summary>Reads a filter as a person does who has docs/filters.md at hand: slowly, and without anything in common with the library.</summary>
internal static class PlainFilter
{
    public static bool Meets(JsonNode? filter, JsonNode? payload) => Holds(filter, new Found(true, payload));

    private static bool Holds(JsonNode? expected, Found value)
    {
        if (expected is not JsonObject members)
        {
            return Some(value, one => IsSame(one, expected));
        }

        var fields = members.Where(member => !member.Key.StartsWith('$')).ToList();
        return members.Where(member => member.Key.StartsWith('$')).All(member => HoldsOperator(member.Key, member.Value, value))
            && (fields.Count == 0 || Some(value, one => fields.TrueForAll(field => Holds(field.Value, Field(one, field.Key)))));
    }

    private static bool HoldsOperator(string name, JsonNode? operand, Found value) => name switch
    {
        "$eq" => Some(value, one => IsSame(one, operand)),
        "$ne" => !Some(value, one => IsSame(one, operand)),
        "$in" => operand!.AsArray().Any(item => Some(value, one => IsSame(one, item))),
        "$nin" => operand!.AsArray().All(item => !Some(value, one => IsSame(one, item))),
        "$gt" => Some(value, one => Order(one, operand) is > 0),
        "$gte" => Some(value, one => Order(one, operand) is >= 0),
        "$lt" => Some(value, one => Order(one, operand) is < 0),
        "$lte" => Some(value, one => Order(one, operand) is <= 0),
        "$exists" => value.IsThere == operand!.GetValue<bool>(),
        "$startsWith" => Some(value, one => Kind(one) == JsonValueKind.String
            && one.Node!.GetValue<string>().StartsWith(operand!.GetValue<string>(), StringComparison.Ordinal)),
        "$and" => operand!.AsArray().All(item => Holds(item, value)),
        "$or" => operand!.AsArray().Any(item => Holds(item, value)),
        "$not" => !Holds(operand, value),
        _ => throw new ArgumentException(name, nameof(name)),
    };

    /// <summary>Of an array, one element is enough.</summary>
    private static bool Some(Found value, Func<Found, bool> holds) =>
        value.Node is JsonArray elements ? elements.Any(element => holds(new Found(true, element))) : holds(value);

    private static Found Field(Found value, string name) =>
        value.Node is JsonObject members && members.TryGetPropertyValue(name, out var field) ? new Found(true, field) : new Found(false, null);

    private static bool IsSame(Found value, JsonNode? expected) =>
        Kind(value) == Kind(new Found(true, expected)) && (Order(value, expected) ?? 0) == 0
        && Kind(value) is not (JsonValueKind.Object or JsonValueKind.Array);

    private static int? Order(Found value, JsonNode? bound) => (Kind(value), Kind(new Found(true, bound))) switch
    {
        (JsonValueKind.Number, JsonValueKind.Number) => Number(value.Node!).CompareTo(Number(bound!)),
        (JsonValueKind.String, JsonValueKind.String) => string.CompareOrdinal(value.Node!.GetValue<string>(), bound!.GetValue<string>()),
        _ => null,
    };

    private static JsonValueKind Kind(Found value) =>
        !value.IsThere ? JsonValueKind.Undefined : value.Node?.GetValueKind() ?? JsonValueKind.Null;

    private static decimal Number(JsonNode node) => decimal.Parse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture);

    private sealed record Found(bool IsThere, JsonNode? Node);
}
