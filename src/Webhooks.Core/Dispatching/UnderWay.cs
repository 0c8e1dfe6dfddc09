namespace Webhooks.Dispatching;

/// <summary>Counts what is under way, for the one who waits until nothing is.</summary>
internal sealed class UnderWay
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _idle;
    private int _count;

    public void Begin()
    {
        lock (_lock)
        {
            _count++;
        }
    }

    public void End()
    {
        lock (_lock)
        {
            _count--;
            if (_count == 0)
            {
                _idle?.SetResult();
                _idle = null;
            }
        }
    }

    public Task WhenIdleAsync()
    {
        lock (_lock)
        {
            return _count == 0
                ? Task.CompletedTask
                : (_idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }
}
