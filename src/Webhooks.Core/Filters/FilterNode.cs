using System.Text.Json;

namespace Webhooks.Filters;

/// <summary>A condition on a value, or on the lack of one (<see cref="JsonValueKind.Undefined"/>).</summary>
internal abstract class FilterNode
{
    public abstract bool IsMetBy(in JsonElement value);
}

/// <summary>All of the conditions hold.</summary>
internal sealed class AllNode(FilterNode[] nodes) : FilterNode
{
    public override bool IsMetBy(in JsonElement value)
    {
        foreach (var node in nodes)
        {
            if (!node.IsMetBy(value))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>One of the conditions holds.</summary>
internal sealed class AnyNode(FilterNode[] nodes) : FilterNode
{
    public override bool IsMetBy(in JsonElement value)
    {
        foreach (var node in nodes)
        {
            if (node.IsMetBy(value))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>The condition does not hold.</summary>
internal sealed class NotNode(FilterNode node) : FilterNode
{
    public override bool IsMetBy(in JsonElement value) => !node.IsMetBy(value);
}

/// <summary>There is a value, or there is none.</summary>
internal sealed class ExistsNode(bool expected) : FilterNode
{
    public override bool IsMetBy(in JsonElement value) => value.ValueKind != JsonValueKind.Undefined == expected;
}

/// <summary>The fields of an object, or those of one element of an array, meet their conditions.</summary>
internal sealed class FieldsNode((string Name, FilterNode Node)[] fields) : FilterNode
{
    public override bool IsMetBy(in JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            return AreMetBy(value);
        }

        foreach (var element in value.EnumerateArray())
        {
            if (AreMetBy(element))
            {
                return true;
            }
        }

        return false;
    }

    private bool AreMetBy(in JsonElement value)
    {
        foreach (var (name, node) in fields)
        {
            JsonElement field = default;
            if (value.ValueKind == JsonValueKind.Object)
            {
                value.TryGetProperty(name, out field);
            }

            if (!node.IsMetBy(field))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>A value, or one element of an array, compares as expected.</summary>
internal abstract class ComparisonNode : FilterNode
{
    public override bool IsMetBy(in JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            return HoldsFor(value);
        }

        foreach (var element in value.EnumerateArray())
        {
            if (HoldsFor(element))
            {
                return true;
            }
        }

        return false;
    }

    protected abstract bool HoldsFor(in JsonElement value);
}

/// <summary>It equals one of some values.</summary>
internal sealed class OneOfNode(FilterScalar[] values) : ComparisonNode
{
    protected override bool HoldsFor(in JsonElement value)
    {
        foreach (var expected in values)
        {
            if (expected.IsEqualTo(value))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>It is less than a value, equal to it, or more: of the kinds of outcome that are wanted.</summary>
internal sealed class OrderNode(FilterScalar bound, bool less, bool equal, bool more) : ComparisonNode
{
    protected override bool HoldsFor(in JsonElement value) => bound.Compare(value) switch
    {
        null => false,
        < 0 => less,
        0 => equal,
        > 0 => more,
    };
}

/// <summary>It is a string that begins with a text.</summary>
internal sealed class StartsWithNode(string start) : ComparisonNode
{
    protected override bool HoldsFor(in JsonElement value) =>
        value.ValueKind == JsonValueKind.String && value.GetString()!.StartsWith(start, StringComparison.Ordinal);
}
