using System.Collections.Concurrent;

namespace Webhooks.PostgreSql.Connections;

/// <summary>The values of an array that is a parameter of a statement. Used ones are filled again.</summary>
internal sealed class Column<T> : List<T>, IColumn
{
    private const int MaxKept = 16;

    private static readonly ConcurrentBag<Column<T>> Kept = [];

    private Column()
    {
    }

    public static Column<T> Take() => Kept.TryTake(out var kept) ? kept : [];

    public void Return()
    {
        Clear();
        if (Kept.Count < MaxKept)
        {
            Kept.Add(this);
        }
    }
}
