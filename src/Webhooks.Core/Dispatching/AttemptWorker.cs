using System.Threading.Tasks.Sources;
using Webhooks.Storage;

namespace Webhooks.Dispatching;

/// <summary>
/// Who makes attempts: it rests until it is handed a delivery, which it takes up on a thread of the pool. So what an attempt has to be
/// remembered by is allocated once for a worker, and not for each attempt.
/// </summary>
/// <param name="run">What it does, for good: it is to await <see cref="RestAsync"/>, and to <see cref="Take"/> the delivery.</param>
internal sealed class AttemptWorker(Func<AttemptWorker, Task> run) : IThreadPoolWorkItem, IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _handed;
    private bool _isRunning;
    private Lane? _lane;
    private LeasedDelivery? _delivery;

    /// <summary>Hands it a delivery. It must rest, or be about to.</summary>
    public void Hand(Lane lane, LeasedDelivery delivery)
    {
        (_lane, _delivery) = (lane, delivery);
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Waits until it is handed a delivery; then <see cref="Take"/> it.</summary>
    public ValueTask RestAsync() => new(this, _handed.Version);

    /// <summary>Takes the delivery, so that it can be handed the next.</summary>
    public (Lane Lane, LeasedDelivery Delivery) Take()
    {
        var taken = (_lane!, _delivery!);
        (_lane, _delivery) = (null, null);
        _handed.Reset();
        return taken;
    }

    /// <summary>It begins here, so that it never runs in the context of whoever hands it its first delivery.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        _handed.SetResult(true);
        if (!_isRunning)
        {
            _isRunning = true;
            _ = run(this);
        }
    }

    void IValueTaskSource.GetResult(short token) => _handed.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _handed.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _handed.OnCompleted(continuation, state, token, flags);
}
