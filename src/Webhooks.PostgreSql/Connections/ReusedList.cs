using System.Collections.Concurrent;

namespace Webhooks.PostgreSql.Connections;

/// <summary>A list that is filled again after its use. One that is not given back is an ordinary list.</summary>
internal sealed class ReusedList<T> : List<T>, IDisposable
{
    private const int MaxKept = 16;

    private static readonly ConcurrentBag<ReusedList<T>> Kept = [];

    private ReusedList()
    {
    }

    public static ReusedList<T> Take() => Kept.TryTake(out var kept) ? kept : [];

    /// <summary>Gives it back, once: it may be another's afterwards.</summary>
    public void Dispose()
    {
        Clear();
        if (Kept.Count < MaxKept)
        {
            Kept.Add(this);
        }
    }
}
