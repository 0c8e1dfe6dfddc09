namespace Webhooks.Storage.InMemory;

/// <summary>
/// Finds rows by their ids. They are chained by themselves, so that a table that grows is a list of heads that is made anew: a third of
/// what a dictionary allocates, and these are the largest things that the store allocates for a delivery beside its rows.
/// </summary>
internal sealed class RowTable<T>
    where T : class, IRow<T>
{
    private const int LeastLength = 4;

    /// <summary>The heads of the chains; their number is a power of two.</summary>
    private T?[] _heads = new T?[LeastLength];

    public int Count { get; private set; }

    public IEnumerable<T> All
    {
        get
        {
            foreach (var head in _heads)
            {
                for (var row = head; row is not null; row = row.NextInTable)
                {
                    yield return row;
                }
            }
        }
    }

    public T? Find(string id)
    {
        var hash = id.GetHashCode(StringComparison.Ordinal);
        var row = Head(hash);
        while (row is not null && !(row.IdHash == hash && string.Equals(row.Id, id, StringComparison.Ordinal)))
        {
            row = row.NextInTable;
        }

        return row;
    }

    /// <summary>Adds a row whose id no other has.</summary>
    public void Add(T row)
    {
        if (Count == _heads.Length)
        {
            Grow();
        }

        Link(row);
        Count++;
    }

    public void Remove(T row)
    {
        ref var head = ref Head(row.IdHash);
        if (head == row)
        {
            head = row.NextInTable;
        }
        else
        {
            var before = head!;
            while (before.NextInTable != row)
            {
                before = before.NextInTable!;
            }

            before.NextInTable = row.NextInTable;
        }

        row.NextInTable = null;
        Count--;
    }

    private ref T? Head(int hash) => ref _heads[hash & (_heads.Length - 1)];

    private void Link(T row)
    {
        ref var head = ref Head(row.IdHash);
        row.NextInTable = head;
        head = row;
    }

    private void Grow()
    {
        var old = _heads;
        _heads = new T?[old.Length * 2];
        foreach (var head in old)
        {
            for (var row = head; row is not null;)
            {
                var next = row.NextInTable;
                Link(row);
                row = next;
            }
        }
    }
}
