using System.Collections.Concurrent;

namespace Webhooks.Http;

/// <summary>The deadlines of attempts. Those that were not reached are used again, with their timers.</summary>
internal sealed class DeadlinePool(TimeSpan timeout, TimeProvider timeProvider)
{
    private readonly ConcurrentQueue<CancellationTokenSource> _unused = new();

    /// <summary>Begins a deadline; it is given back by <see cref="Return"/>.</summary>
    public CancellationTokenSource Rent()
    {
        if (!_unused.TryDequeue(out var deadline))
        {
            return new CancellationTokenSource(timeout, timeProvider);
        }

        deadline.CancelAfter(timeout);
        return deadline;
    }

    /// <summary>Gives a deadline back, when nothing of the attempt is under way any more.</summary>
    public void Return(CancellationTokenSource deadline)
    {
        // Only the system's timers can be set anew: with any other clock, and once it was reached, a deadline is used up.
        if (deadline.TryReset())
        {
            _unused.Enqueue(deadline);
        }
        else
        {
            deadline.Dispose();
        }
    }
}
