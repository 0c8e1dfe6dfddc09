using System.Threading.Tasks.Sources;

namespace Webhooks.LoadTest.Sending;

/// <summary>
/// Room for what may be on its way at a time. Unlike a semaphore it allocates nothing for a wait, because what is allocated is counted
/// as the sender's, and the ceiling has no such wait.
/// </summary>
/// <param name="count">How much room there is.</param>
internal sealed class Room(int count)
{
    private readonly Lock _lock = new();
    private readonly Queue<Taker> _waiting = [];
    private int _count = count;

    /// <summary>Makes room for more.</summary>
    public void Release(int released)
    {
        lock (_lock)
        {
            for (; released > 0 && _waiting.TryDequeue(out var taker); released--)
            {
                taker.Continue();
            }

            _count += released;
        }
    }

    /// <summary>Someone who takes room for one, again and again, and one at a time.</summary>
    public sealed class Taker(Room room) : IValueTaskSource
    {
        private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };

        /// <summary>Takes room, or waits for it.</summary>
        public ValueTask TakeAsync()
        {
            lock (room._lock)
            {
                if (room._count > 0)
                {
                    room._count--;
                    return ValueTask.CompletedTask;
                }

                _core.Reset();
                room._waiting.Enqueue(this);
                return new ValueTask(this, _core.Version);
            }
        }

        public void Continue() => _core.SetResult(true);

        void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

        ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

        void IValueTaskSource.OnCompleted(
            Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _core.OnCompleted(continuation, state, token, flags);
    }
}
