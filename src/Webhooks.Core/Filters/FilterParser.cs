using System.Globalization;
using System.Text.Json;
using Webhooks.Validation;

namespace Webhooks.Filters;

/// <summary>Reads filters, and says of each place that breaks a rule where it is and which rule it is.</summary>
internal sealed class FilterParser
{
    private const int MaxDepth = 16;
    private const int MaxConditions = 256;
    private const int MaxValues = 100;
    private const string Operators = "$eq, $ne, $gt, $gte, $lt, $lte, $in, $nin, $exists, $startsWith, $and, $or and $not";

    private readonly ValidationErrors _errors;
    private int _conditions;

    private FilterParser(ValidationErrors errors) => _errors = errors;

    /// <returns>The filter in its one form, and what it means; null when there are errors.</returns>
    public static (string Text, FilterNode Root)? Parse(string field, string json, ValidationErrors errors)
    {
        if (!IsShort(field, json, errors))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = PayloadFilter.MaxLength });
            var found = new ValidationErrors();
            var root = new FilterParser(found).ReadRoot(document.RootElement, field);
            if (!found.IsEmpty)
            {
                errors.AddAll(found);
                return null;
            }

            var text = FilterText.Write(document.RootElement);
            return IsShort(field, text, errors) ? (text, root!) : null;
        }
        catch (JsonException exception)
        {
            errors.Add(
                field, "json", json, $"is not JSON (RFC 8259): see line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}.");
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            errors.Add(field, "characters", value: null, "holds half of a surrogate pair, which is no character.");
        }

        return null;
    }

    private static bool IsShort(string field, string json, ValidationErrors errors)
    {
        if (json.Length is > 0 and <= PayloadFilter.MaxLength)
        {
            return true;
        }

        errors.Add(field, "length", json, $"has {json.Length} characters; 1 to {PayloadFilter.MaxLength} are allowed.");
        return false;
    }

    private FilterNode? ReadRoot(JsonElement root, string field)
    {
        if (root.ValueKind == JsonValueKind.Object)
        {
            return ReadObject(root, field, depth: 1);
        }

        Add(field, "object", root, "is not a JSON object of fields and operators.");
        return null;
    }

    /// <summary>Reads what is expected of a value. The node of a place with an error means nothing.</summary>
    private FilterNode Read(JsonElement expression, string place, int depth)
    {
        switch (expression.ValueKind)
        {
            case JsonValueKind.Object:
                return ReadObject(expression, place, depth);

            case JsonValueKind.Array:
                Add(place, "value", expression, "is a list. {\"$in\":[…]} means one of several values, {\"$and\":[…]} all of several conditions.");
                return Nothing;

            default:
                Count(place);
                return new OneOfNode([new FilterScalar(expression)]);
        }
    }

    private static FilterNode Nothing => new AllNode([]);

    private FilterNode ReadObject(JsonElement expression, string place, int depth)
    {
        if (depth > MaxDepth)
        {
            Add(place, "depth", expression, $"is nested more than {MaxDepth} levels deep.");
            return Nothing;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        var fields = new List<(string, FilterNode)>();
        var nodes = new List<FilterNode>();
        foreach (var member in expression.EnumerateObject())
        {
            var name = member.Name;
            var memberPlace = $"{place}/{JsonPointer.Escape(name)}";
            if (!names.Add(name))
            {
                Add(memberPlace, "unique", member.Value, "is there twice. {\"$and\":[…]} asks for several conditions on one field.");
            }
            else if (name.StartsWith('$'))
            {
                nodes.Add(ReadOperator(name, member.Value, memberPlace, depth));
            }
            else
            {
                fields.Add((name, Read(member.Value, memberPlace, depth + 1)));
            }
        }

        if (names.Count == 0)
        {
            Add(place, "empty", expression, "has no conditions. Leave out what has none.");
        }

        if (fields.Count > 0)
        {
            nodes.Add(new FieldsNode([.. fields]));
        }

        return nodes is [var node] ? node : new AllNode([.. nodes]);
    }

    private FilterNode ReadOperator(string name, JsonElement operand, string place, int depth)
    {
        if (name is not ("$and" or "$or" or "$not"))
        {
            Count(place);
        }

        switch (name)
        {
            case "$eq":
                return new OneOfNode(ReadScalar(operand, place));
            case "$ne":
                return new NotNode(new OneOfNode(ReadScalar(operand, place)));
            case "$in":
                return new OneOfNode(ReadList(operand, place, ReadScalar));
            case "$nin":
                return new NotNode(new OneOfNode(ReadList(operand, place, ReadScalar)));
            case "$gt":
                return ReadOrder(operand, place, less: false, equal: false, more: true);
            case "$gte":
                return ReadOrder(operand, place, less: false, equal: true, more: true);
            case "$lt":
                return ReadOrder(operand, place, less: true, equal: false, more: false);
            case "$lte":
                return ReadOrder(operand, place, less: true, equal: true, more: false);
            case "$and":
                return new AllNode(ReadList(operand, place, ReadInList));
            case "$or":
                return new AnyNode(ReadList(operand, place, ReadInList));
            case "$not":
                return new NotNode(Read(operand, place, depth + 1));
            case "$exists" when operand.ValueKind is JsonValueKind.True or JsonValueKind.False:
                return new ExistsNode(operand.ValueKind == JsonValueKind.True);
            case "$exists":
                Add(place, "operand", operand, "is neither true nor false.");
                return Nothing;
            case "$startsWith" when operand.ValueKind == JsonValueKind.String && !operand.ValueEquals(string.Empty):
                return new StartsWithNode(operand.GetString()!);
            case "$startsWith":
                Add(place, "operand", operand, "is not a string of at least one character.");
                return Nothing;
            default:
                Add(place, "operator", operand, $"is no operator. There are {Operators}; a field whose name begins with '$' cannot be asked for.");
                return Nothing;
        }

        FilterNode[] ReadInList(JsonElement expression, string itemPlace) => [Read(expression, itemPlace, depth + 1)];
    }

    private FilterScalar[] ReadScalar(JsonElement operand, string place)
    {
        if (operand.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array))
        {
            return [new FilterScalar(operand)];
        }

        Add(place, "operand", operand, "is not a string, a number, true, false or null.");
        return [];
    }

    private FilterNode ReadOrder(JsonElement operand, string place, bool less, bool equal, bool more)
    {
        if (operand.ValueKind is JsonValueKind.Number or JsonValueKind.String)
        {
            return new OrderNode(new FilterScalar(operand), less, equal, more);
        }

        Add(place, "operand", operand, "is not a number or a string, which are what has an order.");
        return Nothing;
    }

    private T[] ReadList<T>(JsonElement operand, string place, Func<JsonElement, string, T[]> read)
    {
        if (operand.ValueKind != JsonValueKind.Array || operand.GetArrayLength() is 0 or > MaxValues)
        {
            Add(place, "operand", operand, $"is not a list of 1 to {MaxValues}.");
            return [];
        }

        var items = new List<T>();
        foreach (var item in operand.EnumerateArray())
        {
            items.AddRange(read(item, string.Create(CultureInfo.InvariantCulture, $"{place}/{items.Count}")));
        }

        return [.. items];
    }

    private void Count(string place)
    {
        if (++_conditions == MaxConditions + 1)
        {
            _errors.Add(place, "count", value: null, $"is one condition too many: at most {MaxConditions} are allowed.");
        }
    }

    private void Add(string place, string rule, JsonElement value, string message) =>
        _errors.Add(place, rule, value.GetRawText(), message);
}
