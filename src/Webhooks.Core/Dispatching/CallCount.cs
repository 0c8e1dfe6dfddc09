namespace Webhooks.Dispatching;

/// <summary>Counts calls of the host's code that have not ended: more than there are attempts at a time means that some outlive theirs.</summary>
internal sealed class CallCount
{
    private int _count;

    /// <summary>Begins a call, unless there are too many.</summary>
    public bool TryBegin(int limit)
    {
        if (Interlocked.Increment(ref _count) <= limit)
        {
            return true;
        }

        End();
        return false;
    }

    public void End() => Interlocked.Decrement(ref _count);
}
