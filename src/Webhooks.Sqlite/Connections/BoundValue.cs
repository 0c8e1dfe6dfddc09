using System.Runtime.InteropServices;

namespace Webhooks.Sqlite.Connections;

/// <summary>What a parameter of a statement was bound to, as far as it is remembered; the default is nothing.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct BoundValue
{
    /// <summary>Something that is not remembered.</summary>
    public static readonly BoundValue Other;

    public static readonly BoundValue Null = new(typeof(DBNull), 0);

    private static readonly object NumberKind = typeof(long);

    /// <summary>The text itself, or what stands for the kind of the value.</summary>
    private readonly object? _kind;
    private readonly long _number;

    private BoundValue(object kind, long number)
    {
        _kind = kind;
        _number = number;
    }

    public static BoundValue Of(long value) => new(NumberKind, value);

    public static BoundValue Of(string value) => new(value, 0);

    /// <summary>Whether both are known to be the same; texts are, if they are one object.</summary>
    public bool IsSame(BoundValue other) => _kind is not null && ReferenceEquals(_kind, other._kind) && _number == other._number;
}
