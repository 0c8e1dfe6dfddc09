namespace Webhooks.Storage;

/// <summary>
/// Lets concurrent writers share round trips: at most one write is under way, the next batch forms behind it, and a writer
/// that comes alone waits for nobody.
/// </summary>
/// <typeparam name="T">What is written.</typeparam>
/// <param name="write">Writes a batch. It tells each item's owner what became of it, and never throws.</param>
/// <param name="weigh">What an item counts towards <paramref name="maxWeight"/>.</param>
/// <param name="maxWeight">The most that a batch weighs, unless it is a single item.</param>
internal sealed class GroupCommit<T>(Func<IReadOnlyList<T>, Task> write, Func<T, int> weigh, int maxWeight)
{
    private readonly Lock _lock = new();
    private readonly Queue<T> _waiting = [];
    private TaskCompletionSource? _idle;
    private bool _isWriting;

    public void Add(T item)
    {
        lock (_lock)
        {
            _waiting.Enqueue(item);
            if (_isWriting)
            {
                return;
            }

            _isWriting = true;
        }

        _ = WriteNextAsync();
    }

    /// <summary>Waits until everything that was added has been written.</summary>
    public Task WhenIdleAsync()
    {
        lock (_lock)
        {
            return _isWriting
                ? (_idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task
                : Task.CompletedTask;
        }
    }

    private async Task WriteNextAsync()
    {
        while (TakeBatch() is { } batch)
        {
            await write(batch).ConfigureAwait(false);

            // The one who came first is not kept to write for those who came later.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        }
    }

    private List<T>? TakeBatch()
    {
        lock (_lock)
        {
            if (_waiting.Count == 0)
            {
                _isWriting = false;
                _idle?.SetResult();
                _idle = null;
                return null;
            }

            var batch = new List<T>();
            var weight = 0;
            while (_waiting.TryPeek(out var item) && (batch.Count == 0 || weight + weigh(item) <= maxWeight))
            {
                weight += weigh(item);
                batch.Add(_waiting.Dequeue());
            }

            return batch;
        }
    }
}
