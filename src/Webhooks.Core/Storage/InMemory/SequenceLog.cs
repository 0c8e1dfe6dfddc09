namespace Webhooks.Storage.InMemory;

/// <summary>
/// Rows in the order of their growing sequence numbers, to page through in both directions. They stand in chunks, so that a log that
/// grows is not copied.
/// </summary>
internal sealed class SequenceLog<T>
    where T : class
{
    private const int ChunkLength = 64;

    private readonly List<(long Sequence, T? Row)[]> _chunks = [];
    private int _count;
    private int _removed;

    private ref (long Sequence, T? Row) this[int index] => ref _chunks[index / ChunkLength][index % ChunkLength];

    public void Add(long sequence, T row)
    {
        if (_count == _chunks.Count * ChunkLength)
        {
            _chunks.Add(new (long, T?)[ChunkLength]);
        }

        this[_count++] = (sequence, row);
    }

    /// <summary>Leaves a gap, and closes all gaps when they are more than the rows: a removal costs little on average.</summary>
    public void Remove(long sequence)
    {
        this[IndexOf(sequence)] = (sequence, null);
        _removed++;
        if (_removed > _count / 2)
        {
            CloseGaps();
        }
    }

    public IEnumerable<T> OldestFirst() => OldestFirst(after: -1);

    public IEnumerable<T> OldestFirst(long after)
    {
        for (var i = IndexOf(after + 1); i < _count; i++)
        {
            if (this[i].Row is { } row)
            {
                yield return row;
            }
        }
    }

    public IEnumerable<T> NewestFirst(long before)
    {
        for (var i = IndexOf(before) - 1; i >= 0; i--)
        {
            if (this[i].Row is { } row)
            {
                yield return row;
            }
        }
    }

    private void CloseGaps()
    {
        var kept = 0;
        for (var i = 0; i < _count; i++)
        {
            if (this[i].Row is not null)
            {
                this[kept++] = this[i];
            }
        }

        (_count, _removed) = (kept, 0);
        var needed = (kept + ChunkLength - 1) / ChunkLength;
        _chunks.RemoveRange(needed, _chunks.Count - needed);
        if (kept % ChunkLength > 0)
        {
            Array.Clear(_chunks[^1], kept % ChunkLength, ChunkLength - (kept % ChunkLength));
        }
    }

    /// <summary>The index of the first entry that is not before the sequence number.</summary>
    private int IndexOf(long sequence)
    {
        var low = 0;
        var high = _count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (this[middle].Sequence < sequence)
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
