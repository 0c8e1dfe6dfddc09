using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;
using Webhooks.Testing;

namespace Webhooks.Core.Tests.Dispatching;

public sealed class WakeUpTests
{
    [Fact]
    public async Task A_call_ends_the_sleep()
    {
        using var wakeUp = new WakeUp(new FakeClock(TestHost.Noon));
        var sleep = wakeUp.SleepAsync(default);
        sleep.IsCompleted.Should().BeFalse();

        wakeUp.Call();

        await sleep.InTimeAsync();
    }

    [Fact]
    public async Task A_call_while_nobody_sleeps_ends_the_next_sleep_and_no_other()
    {
        using var wakeUp = new WakeUp(new FakeClock(TestHost.Noon));
        wakeUp.Call();
        wakeUp.Call();

        await wakeUp.SleepAsync(default).InTimeAsync();

        wakeUp.SleepAsync(default).IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task The_earliest_of_the_times_ends_the_sleep()
    {
        var clock = new FakeClock(TestHost.Noon);
        using var wakeUp = new WakeUp(clock);
        wakeUp.CallAt(TestHost.Noon.AddSeconds(30));
        wakeUp.CallAt(TestHost.Noon.AddSeconds(10));
        wakeUp.CallAt(TestHost.Noon.AddSeconds(20));
        var sleep = wakeUp.SleepAsync(default);

        clock.Advance(TimeSpan.FromSeconds(10) - TimeSpan.FromTicks(1));
        sleep.IsCompleted.Should().BeFalse();
        clock.Advance(TimeSpan.FromTicks(1));

        await sleep.InTimeAsync();
    }

    [Fact]
    public async Task A_time_that_has_come_ends_the_sleep_at_once()
    {
        using var wakeUp = new WakeUp(new FakeClock(TestHost.Noon));
        var sleep = wakeUp.SleepAsync(default);

        wakeUp.CallAt(TestHost.Noon);

        await sleep.InTimeAsync();
    }

    [Fact]
    public async Task After_a_sleep_later_times_count_again()
    {
        var clock = new FakeClock(TestHost.Noon);
        using var wakeUp = new WakeUp(clock);
        wakeUp.CallAt(TestHost.Noon.AddSeconds(10));
        wakeUp.Call();
        await wakeUp.SleepAsync(default).InTimeAsync();
        wakeUp.CallAt(TestHost.Noon.AddSeconds(20));
        var sleep = wakeUp.SleepAsync(default);

        clock.Advance(TimeSpan.FromSeconds(10));
        sleep.IsCompleted.Should().BeFalse();
        clock.Advance(TimeSpan.FromSeconds(10));

        await sleep.InTimeAsync();
    }

    [Fact]
    public async Task Cancellation_ends_the_sleep()
    {
        using var wakeUp = new WakeUp(new FakeClock(TestHost.Noon));
        using var cancellation = new CancellationTokenSource();
        var sleep = wakeUp.SleepAsync(cancellation.Token);

        await cancellation.CancelAsync();

        await FluentActions.Awaiting(() => sleep.InTimeAsync()).Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task A_clock_that_jumps_while_the_timer_is_set_ends_the_sleep()
    {
        using var wakeUp = new WakeUp(new JumpingClock());
        var sleep = wakeUp.SleepAsync(default);

        wakeUp.CallAt(TestHost.Noon.AddHours(1));

        await sleep.InTimeAsync();
    }

    [Fact]
    public async Task A_clock_that_moves_on_a_little_while_the_timer_is_set_does_not_put_the_time_off()
    {
        var clock = new FakeClock(TestHost.Noon);
        using var wakeUp = new WakeUp(new MovingClock(clock, TimeSpan.FromMinutes(10)));
        var sleep = wakeUp.SleepAsync(default);

        wakeUp.CallAt(TestHost.Noon.AddMinutes(30));
        clock.SetUtcNow(TestHost.Noon.AddMinutes(30));

        await sleep.InTimeAsync();
    }

    [Fact]
    public void A_time_beyond_what_a_timer_can_wait_for_is_no_error()
    {
        // 30 days of a retry, doubled by the greatest jitter, are more than the 49 days of the system's timers.
        using var wakeUp = new WakeUp(TimeProvider.System);

        wakeUp.CallAt(TimeProvider.System.GetUtcNow().AddDays(60));

        wakeUp.SleepAsync(default).IsCompleted.Should().BeFalse();
    }

    /// <summary>Moves on by a day each time it is looked at, and not at all for its timers.</summary>
    private sealed class JumpingClock : TimeProvider
    {
        private DateTimeOffset _now = TestHost.Noon.AddDays(-1);

        public override DateTimeOffset GetUtcNow() => _now += TimeSpan.FromDays(1);
    }

    /// <summary>Moves on once, behind the back of the first who has looked at it.</summary>
    private sealed class MovingClock(FakeClock clock, TimeSpan by) : TimeProvider
    {
        private bool _hasMoved;

        public override DateTimeOffset GetUtcNow()
        {
            var now = clock.GetUtcNow();
            clock.Advance(_hasMoved ? TimeSpan.Zero : by);
            _hasMoved = true;
            return now;
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            clock.CreateTimer(callback, state, dueTime, period);
    }
}
