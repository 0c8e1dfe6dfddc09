namespace Webhooks.Storage;

/// <summary>
/// Lets concurrent writers share round trips: at most one write is under way, the next batch forms behind it, and a writer
/// that comes alone waits for nobody but a thread.
/// </summary>
/// <typeparam name="T">What is written.</typeparam>
/// <param name="write">
/// Writes a batch. It tells each item's owner what became of it, never throws, and does not keep the list, which is its own until then and
/// used again.
/// </param>
/// <param name="weigh">What an item counts towards <paramref name="maxWeight"/>.</param>
/// <param name="maxWeight">The most that a batch weighs, unless it is a single item.</param>
internal sealed class GroupCommit<T>(Func<List<T>, Task> write, Func<T, int> weigh, int maxWeight)
    : IThreadPoolWorkItem
{
    private readonly Lock _lock = new();
    private readonly Queue<T> _waiting = [];
    private readonly List<T> _batch = [];
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

        WriteSoon();
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

    void IThreadPoolWorkItem.Execute() => _ = WriteBatchAsync();

    /// <summary>
    /// Behind what the pool has to do already: those who are about to add something get into the batch, which costs them
    /// less than a batch of their own, and nobody who adds is kept to write for the others.
    /// </summary>
    private void WriteSoon() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    private async Task WriteBatchAsync()
    {
        TakeBatch();
        await write(_batch).ConfigureAwait(false);
        _batch.Clear();
        lock (_lock)
        {
            if (_waiting.Count == 0)
            {
                _isWriting = false;
                _idle?.SetResult();
                _idle = null;
                return;
            }
        }

        WriteSoon();
    }

    private void TakeBatch()
    {
        lock (_lock)
        {
            var weight = 0;
            while (_waiting.TryPeek(out var item) && (_batch.Count == 0 || weight + weigh(item) <= maxWeight))
            {
                weight += weigh(item);
                _batch.Add(_waiting.Dequeue());
            }
        }
    }
}
