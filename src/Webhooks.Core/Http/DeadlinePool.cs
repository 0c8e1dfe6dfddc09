using System.Collections.Concurrent;

namespace Webhooks.Http;

/// <summary>The deadlines of attempts. Those that were not reached are used again, with their timers and what they are linked to.</summary>
internal sealed class DeadlinePool(TimeSpan timeout, TimeProvider timeProvider)
{
    private readonly ConcurrentQueue<Deadline> _unused = new();

    /// <summary>Begins a deadline; it is given back by <see cref="Return"/>.</summary>
    /// <param name="abort">Ends it early: one token for all deadlines of a pool.</param>
    public Deadline Rent(CancellationToken abort)
    {
        if (!_unused.TryDequeue(out var deadline))
        {
            return new Deadline(timeout, timeProvider, abort);
        }

        deadline.Restart(timeout);
        return deadline;
    }

    /// <summary>Gives a deadline back, when nothing of the attempt is under way any more.</summary>
    public void Return(Deadline deadline)
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

    /// <summary>A time by which an attempt has to be over.</summary>
    public sealed class Deadline : IDisposable
    {
        private readonly CancellationTokenSource _source;
        private readonly CancellationTokenRegistration _abortion;

        public Deadline(TimeSpan timeout, TimeProvider timeProvider, CancellationToken abort)
        {
            _source = new CancellationTokenSource(timeout, timeProvider);
            _abortion = abort.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _source);
        }

        public CancellationToken Token => _source.Token;

        public void Restart(TimeSpan timeout) => _source.CancelAfter(timeout);

        public bool TryReset() => _source.TryReset();

        public void Dispose()
        {
            _abortion.Dispose();
            _source.Dispose();
        }
    }
}
