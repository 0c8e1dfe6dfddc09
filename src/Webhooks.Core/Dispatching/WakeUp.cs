using Webhooks.Diagnostics;

namespace Webhooks.Dispatching;

/// <summary>Lets one loop sleep until it is called, or until the earliest of the times that it was told.</summary>
internal sealed class WakeUp : IDisposable
{
    /// <summary>Timers wait for 49 days at most. To wake too early costs a look at the store.</summary>
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(1);

    private readonly Lock _lock = new();
    private readonly TimeProvider _timeProvider;
    private readonly ITimer _timer;
    private TaskCompletionSource? _sleeper;
    private DateTimeOffset _wakeAt = DateTimeOffset.MaxValue;
    private bool _isCalled;

    public WakeUp(TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        _timer = timeProvider.CreateTimer(
            static state => ((WakeUp)state!).Call(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>Ends the present sleep, or the next one if there is none.</summary>
    public void Call()
    {
        lock (_lock)
        {
            _isCalled = true;
            _sleeper?.TrySetResult();
        }
    }

    /// <summary>Ends the sleep at this time, if nothing ends it earlier.</summary>
    public void CallAt(DateTimeOffset time)
    {
        lock (_lock)
        {
            if (time >= _wakeAt)
            {
                return;
            }

            _wakeAt = time;
            for (DateTimeOffset? read = null, now = _timeProvider.GetNow(); read != now; now = _timeProvider.GetNow())
            {
                if (time <= now)
                {
                    Call();
                    return;
                }

                var delay = time - now.Value;
                _timer.Change(delay < LongestDelay ? delay : LongestDelay, Timeout.InfiniteTimeSpan);

                // Looked at again behind the timer: a clock that was set forward in between has not moved it along.
                read = now;
            }
        }
    }

    /// <summary>Sleeps. One sleeper at a time.</summary>
    public async Task SleepAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource sleeper;
        lock (_lock)
        {
            if (_isCalled)
            {
                Reset();
                return;
            }

            sleeper = _sleeper = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        using (cancellationToken.UnsafeRegister(
            static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), sleeper))
        {
            await sleeper.Task.ConfigureAwait(false);
        }

        lock (_lock)
        {
            Reset();
        }
    }

    private void Reset()
    {
        _isCalled = false;
        _sleeper = null;
        _wakeAt = DateTimeOffset.MaxValue;
    }
}
