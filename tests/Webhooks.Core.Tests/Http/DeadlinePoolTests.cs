using Webhooks.Http;
using Webhooks.Testing;

namespace Webhooks.Core.Tests.Http;

public sealed class DeadlinePoolTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    [Fact]
    public void A_deadline_that_was_not_reached_is_used_again()
    {
        var deadlines = new DeadlinePool(Long, TimeProvider.System);
        var first = deadlines.Rent();
        deadlines.Return(first);

        deadlines.Rent().Should().BeSameAs(first);
    }

    [Fact]
    public void A_deadline_that_was_broken_off_is_not_the_next_one()
    {
        var deadlines = new DeadlinePool(Long, TimeProvider.System);
        var first = deadlines.Rent();
        first.Cancel();
        deadlines.Return(first);

        deadlines.Rent().IsCancellationRequested.Should().BeFalse();
    }

    [Fact]
    public void Whoever_still_waits_for_the_last_attempt_hears_nothing_of_the_next()
    {
        var deadlines = new DeadlinePool(Long, TimeProvider.System);
        var first = deadlines.Rent();
        var isTold = false;
        first.Token.Register(() => isTold = true);
        deadlines.Return(first);

        deadlines.Rent().Cancel();

        isTold.Should().BeFalse();
    }

    [Fact]
    public void Each_deadline_has_its_whole_time_by_any_clock()
    {
        var clock = new FakeClock(DateTimeOffset.UnixEpoch);
        var deadlines = new DeadlinePool(Long, clock);
        deadlines.Return(deadlines.Rent());
        clock.Advance(Long / 2);

        var second = deadlines.Rent();
        clock.Advance(Long - TimeSpan.FromTicks(1));
        second.IsCancellationRequested.Should().BeFalse();
        clock.Advance(TimeSpan.FromMilliseconds(1));
        second.IsCancellationRequested.Should().BeTrue();
    }
}
