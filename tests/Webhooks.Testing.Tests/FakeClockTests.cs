namespace Webhooks.Testing.Tests;

public sealed class FakeClockTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly FakeClock _clock = new(Start);
    private readonly List<(string Timer, TimeSpan At)> _fired = [];

    [Fact]
    public void It_stands_until_it_is_moved()
    {
        _clock.GetUtcNow().Should().Be(Start);

        _clock.Advance(TimeSpan.FromSeconds(90));
        _clock.GetUtcNow().Should().Be(Start.AddSeconds(90));

        _clock.SetUtcNow(Start.AddHours(1));
        _clock.GetUtcNow().Should().Be(Start.AddHours(1));
    }

    [Fact]
    public void Elapsed_time_is_what_it_was_moved_by()
    {
        var timestamp = _clock.GetTimestamp();

        _clock.Advance(TimeSpan.FromMilliseconds(1234));

        _clock.GetElapsedTime(timestamp).Should().Be(TimeSpan.FromMilliseconds(1234));
    }

    [Fact]
    public void It_does_not_go_back()
    {
        var back = () => _clock.SetUtcNow(Start.AddTicks(-1));
        var negative = () => _clock.Advance(TimeSpan.FromTicks(-1));

        back.Should().Throw<ArgumentOutOfRangeException>();
        negative.Should().Throw<ArgumentOutOfRangeException>();
        _clock.GetUtcNow().Should().Be(Start);
    }

    [Fact]
    public void Its_local_time_is_UTC() => _clock.GetLocalNow().Offset.Should().Be(TimeSpan.Zero);

    [Fact]
    public void Timers_fire_in_the_order_of_their_due_times_with_the_clock_at_each()
    {
        using var late = Timer("late", TimeSpan.FromSeconds(20));
        using var early = Timer("early", TimeSpan.FromSeconds(5));
        using var both = Timer("both", TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10));

        _clock.Advance(TimeSpan.FromSeconds(30));

        _fired.Should().Equal(
            ("early", TimeSpan.FromSeconds(5)),
            ("both", TimeSpan.FromSeconds(10)),
            ("late", TimeSpan.FromSeconds(20)),
            ("both", TimeSpan.FromSeconds(20)),
            ("both", TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void A_timer_fires_at_its_due_time_and_not_before()
    {
        using var timer = Timer("timer", TimeSpan.FromSeconds(1));

        _clock.Advance(TimeSpan.FromSeconds(1) - TimeSpan.FromTicks(1));
        _fired.Should().BeEmpty();

        _clock.Advance(TimeSpan.FromTicks(1));
        _fired.Should().ContainSingle();
    }

    [Fact]
    public void A_timer_that_is_due_at_once_fires_at_once()
    {
        using var timer = Timer("timer", TimeSpan.Zero);

        _fired.Should().Equal(("timer", TimeSpan.Zero));
    }

    [Fact]
    public void A_timer_that_a_callback_starts_fires_within_the_same_advance()
    {
        ITimer? second = null;
        var afterStart = TimeSpan.Zero;
        using var first = _clock.CreateTimer(
            _ =>
            {
                second = Timer("second", TimeSpan.Zero);
                afterStart = _clock.GetUtcNow() - Start;
            },
            state: null,
            TimeSpan.FromSeconds(3),
            Timeout.InfiniteTimeSpan);
        using var third = Timer("third", TimeSpan.FromSeconds(4));

        _clock.Advance(TimeSpan.FromSeconds(10));

        _fired.Should().Equal(("second", TimeSpan.FromSeconds(3)), ("third", TimeSpan.FromSeconds(4)));
        afterStart.Should().Be(TimeSpan.FromSeconds(3));
        second!.Dispose();
    }

    [Fact]
    public void A_changed_timer_fires_at_its_new_time_only()
    {
        using var timer = Timer("timer", TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));

        timer.Change(TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan).Should().BeTrue();
        _clock.Advance(TimeSpan.FromSeconds(60));

        _fired.Should().Equal(("timer", TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public void A_stopped_or_disposed_timer_does_not_fire()
    {
        using var stopped = Timer("stopped", TimeSpan.FromSeconds(1));
        var disposed = Timer("disposed", TimeSpan.FromSeconds(1));

        stopped.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        disposed.Dispose();
        _clock.Advance(TimeSpan.FromMinutes(1));

        _fired.Should().BeEmpty();
        disposed.Change(TimeSpan.Zero, TimeSpan.Zero).Should().BeFalse();
        _clock.NextTimerDueAt.Should().BeNull();
    }

    [Fact]
    public void It_tells_when_the_next_timer_is_due()
    {
        using var late = Timer("late", TimeSpan.FromSeconds(20));
        using var early = Timer("early", TimeSpan.FromSeconds(5));

        _clock.NextTimerDueAt.Should().Be(Start.AddSeconds(5));
    }

    [Fact]
    public async Task A_callback_may_wait_for_a_thread_that_uses_the_clock()
    {
        using var timer = _clock.CreateTimer(
            _ =>
            {
                var other = new Thread(() => _clock.Advance(TimeSpan.FromSeconds(5)));
                other.Start();
                other.Join();
            },
            state: null,
            TimeSpan.FromSeconds(1),
            Timeout.InfiniteTimeSpan);

        await Task.Run(() => _clock.Advance(TimeSpan.FromSeconds(10))).WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);

        _clock.GetUtcNow().Should().Be(Start.AddSeconds(15), "both advances count");
    }

    [Fact]
    public async Task Delays_cancellations_and_periodic_timers_follow_it()
    {
        var delay = Task.Delay(TimeSpan.FromDays(3), _clock);
        using var cancellation = new CancellationTokenSource(TimeSpan.FromSeconds(15), _clock);
        using var periodic = new PeriodicTimer(TimeSpan.FromHours(1), _clock);
        var tick = periodic.WaitForNextTickAsync();

        _clock.Advance(TimeSpan.FromHours(1));
        cancellation.IsCancellationRequested.Should().BeTrue();
        (await tick).Should().BeTrue();
        delay.IsCompleted.Should().BeFalse();

        _clock.Advance(TimeSpan.FromDays(3));
        await delay;
    }

    [Fact]
    public async Task A_test_drives_a_background_loop_without_sleeping()
    {
        var rounds = new List<TimeSpan>();
        var loop = Task.Run(async () =>
        {
            for (var wait = TimeSpan.FromSeconds(1); wait < TimeSpan.FromSeconds(8); wait *= 2)
            {
                await Task.Delay(wait, _clock);
                rounds.Add(_clock.GetUtcNow() - Start);
            }
        });

        (await _clock.AdvanceToNextTimerAsync()).Should().Be(Start.AddSeconds(1));
        (await _clock.AdvanceToNextTimerAsync()).Should().Be(Start.AddSeconds(3));
        (await _clock.AdvanceToNextTimerAsync()).Should().Be(Start.AddSeconds(7));
        await loop;

        rounds.Should().Equal(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(7));
    }

    [Fact]
    public async Task A_test_waits_for_a_timer_that_is_due_soon()
    {
        using var poll = Timer("poll", TimeSpan.FromMinutes(10));
        var waiting = _clock.WaitForTimerAsync(TimeSpan.FromMinutes(1));
        waiting.IsCompleted.Should().BeFalse();

        using var retry = Timer("retry", TimeSpan.FromSeconds(30));

        (await waiting).Should().Be(Start.AddSeconds(30));
    }

    [Fact]
    public async Task A_wait_for_a_timer_can_be_canceled()
    {
        using var cancellation = new CancellationTokenSource();
        var waiting = _clock.WaitForTimerAsync(cancellationToken: cancellation.Token);

        await cancellation.CancelAsync();

        await FluentActions.Awaiting(() => waiting).Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public void Concurrent_advances_add_up()
    {
        var fired = 0;
        using var timer = _clock.CreateTimer(
            _ => Interlocked.Increment(ref fired), state: null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));

        Parallel.For(0, 100, _ => _clock.Advance(TimeSpan.FromSeconds(1)));

        _clock.GetUtcNow().Should().Be(Start.AddSeconds(100));
        fired.Should().Be(100);
    }

    private ITimer Timer(string name, TimeSpan dueTime, TimeSpan? period = null) =>
        _clock.CreateTimer(
            _ => _fired.Add((name, _clock.GetUtcNow() - Start)), state: null, dueTime, period ?? Timeout.InfiniteTimeSpan);
}
