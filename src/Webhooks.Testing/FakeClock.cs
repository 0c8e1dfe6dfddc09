namespace Webhooks.Testing;

/// <summary>
/// A clock that stands still until a test moves it, with timers that fire as it passes them. It drives everything that
/// takes a <see cref="TimeProvider"/>: <see cref="Task.Delay(TimeSpan, TimeProvider)"/>,
/// <see cref="CancellationTokenSource"/>, <see cref="PeriodicTimer"/>, and a host with Webhooks.Core in it.
/// </summary>
/// <remarks>
/// Safe for concurrent use. Callbacks of timers run on the thread that moves the clock, in the order in which they are
/// due, with the clock at each one's due time. Its time zone is UTC.
/// </remarks>
public sealed class FakeClock : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly SortedSet<FakeTimer> _armed = new(FakeTimer.ByDueTime);

    private DateTimeOffset _now;
    private DateTimeOffset _target;
    private long _lastSequence;
    private TaskCompletionSource _timerArmed = NewSignal();

    /// <summary>Makes a clock.</summary>
    /// <param name="start">The time at which it stands.</param>
    public FakeClock(DateTimeOffset start) => _now = _target = start.ToUniversalTime();

    /// <summary>Ticks of 100 ns a second, as in <see cref="TimeSpan"/>.</summary>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>UTC, whatever the machine's is.</summary>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>When the next armed timer is due; null when none is armed.</summary>
    public DateTimeOffset? NextTimerDueAt
    {
        get
        {
            lock (_lock)
            {
                return _armed.Min?.DueAt;
            }
        }
    }

    /// <summary>The time at which the clock stands.</summary>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _now;
        }
    }

    /// <summary>The time at which the clock stands, in ticks.</summary>
    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    /// <summary>Moves the clock forward and fires the timers that it passes.</summary>
    /// <param name="by">How far; zero fires what is due already.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        DateTimeOffset target;
        lock (_lock)
        {
            target = _target += by;
        }

        MoveTo(target);
    }

    /// <summary>Moves the clock forward to a time and fires the timers that it passes.</summary>
    /// <param name="now">The time, not before the clock's own.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is before the clock's: it does not go back.</exception>
    public void SetUtcNow(DateTimeOffset now)
    {
        lock (_lock)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(now, _target);
            _target = now.ToUniversalTime();
        }

        MoveTo(now.ToUniversalTime());
    }

    /// <summary>Waits until a timer is armed: until what the test has started has nothing left to do but to wait for the time.</summary>
    /// <param name="within">Only a timer that is due not later than this from now; null for any.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>When the next timer is due.</returns>
    public async Task<DateTimeOffset> WaitForTimerAsync(TimeSpan? within = null, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task timerArmed;
            lock (_lock)
            {
                if (_armed.Min is { } next && (within is null || next.DueAt - _now <= within))
                {
                    return next.DueAt;
                }

                timerArmed = _timerArmed.Task;
            }

            await timerArmed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until a timer is armed and moves the clock to its due time, so that it fires.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The time at which the clock stands then.</returns>
    public async Task<DateTimeOffset> AdvanceToNextTimerAsync(CancellationToken cancellationToken = default)
    {
        var dueAt = await WaitForTimerAsync(within: null, cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            _target = dueAt > _target ? dueAt : _target;
        }

        MoveTo(dueAt);
        return GetUtcNow();
    }

    /// <summary>Makes a timer. One that is due at once fires before the call returns.</summary>
    /// <param name="callback">What it calls, on the thread that moves the clock.</param>
    /// <param name="state">What the callback is given.</param>
    /// <param name="dueTime">When it fires first, from now; <see cref="Timeout.InfiniteTimeSpan"/> for not yet.</param>
    /// <param name="period">How often it fires afterwards; zero or <see cref="Timeout.InfiniteTimeSpan"/> for never.</param>
    /// <exception cref="ArgumentOutOfRangeException">A time is negative.</exception>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        FakeTimer timer;
        lock (_lock)
        {
            timer = new FakeTimer(this, ++_lastSequence, callback, state);
        }

        timer.Change(dueTime, period);
        return timer;
    }

    internal bool Arm(FakeTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        ThrowIfNegative(dueTime);
        ThrowIfNegative(period);
        TaskCompletionSource armed;
        lock (_lock)
        {
            if (timer.IsDisposed)
            {
                return false;
            }

            _armed.Remove(timer);
            if (dueTime == Timeout.InfiniteTimeSpan)
            {
                return true;
            }

            timer.DueAt = _now + dueTime;
            timer.Period = period;
            _armed.Add(timer);
            armed = _timerArmed;
            _timerArmed = NewSignal();
        }

        armed.SetResult();
        if (dueTime == TimeSpan.Zero)
        {
            // Not Advance: inside a callback the clock stands before the target of the Advance that fired it.
            MoveTo(GetUtcNow());
        }

        return true;
    }

    internal void Disarm(FakeTimer timer)
    {
        lock (_lock)
        {
            timer.IsDisposed = true;
            _armed.Remove(timer);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static void ThrowIfNegative(TimeSpan time)
    {
        if (time != Timeout.InfiniteTimeSpan)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        }
    }

    private void MoveTo(DateTimeOffset target)
    {
        while (TakeDue(target) is { } timer)
        {
            timer.Fire();
        }
    }

    /// <summary>Moves the clock to the next timer that is due, or to the target when there is none before it.</summary>
    private FakeTimer? TakeDue(DateTimeOffset target)
    {
        lock (_lock)
        {
            var due = _armed.Min is { } next && next.DueAt <= target ? next : null;
            var now = due?.DueAt ?? target;
            _now = now > _now ? now : _now;
            if (due is not null)
            {
                _armed.Remove(due);
                if (due.Period > TimeSpan.Zero)
                {
                    due.DueAt += due.Period;
                    _armed.Add(due);
                }
            }

            return due;
        }
    }
}
