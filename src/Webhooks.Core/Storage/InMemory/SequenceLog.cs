namespace Webhooks.Storage.InMemory;

/// <summary>Rows in the order of their growing sequence numbers, to page through in both directions.</summary>
internal sealed class SequenceLog<T>
    where T : class
{
    private readonly List<(long Sequence, T? Row)> _entries = [];
    private int _removed;

    public void Add(long sequence, T row) => _entries.Add((sequence, row));

    /// <summary>Leaves a gap, and closes all gaps when they are more than the rows: a removal costs little on average.</summary>
    public void Remove(long sequence)
    {
        _entries[IndexOf(sequence)] = (sequence, null);
        _removed++;
        if (_removed > _entries.Count / 2)
        {
            _entries.RemoveAll(entry => entry.Row is null);
            _removed = 0;
        }
    }

    public IEnumerable<T> OldestFirst()
    {
        foreach (var (_, row) in _entries)
        {
            if (row is not null)
            {
                yield return row;
            }
        }
    }

    public IEnumerable<T> OldestFirst(long after)
    {
        for (var i = IndexOf(after + 1); i < _entries.Count; i++)
        {
            if (_entries[i].Row is { } row)
            {
                yield return row;
            }
        }
    }

    public IEnumerable<T> NewestFirst(long before)
    {
        for (var i = IndexOf(before) - 1; i >= 0; i--)
        {
            if (_entries[i].Row is { } row)
            {
                yield return row;
            }
        }
    }

    /// <summary>The index of the first entry that is not before the sequence number.</summary>
    private int IndexOf(long sequence)
    {
        var low = 0;
        var high = _entries.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_entries[middle].Sequence < sequence)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
