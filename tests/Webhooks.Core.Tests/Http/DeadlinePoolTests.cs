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
        var first = deadlines.Rent(CancellationToken.None);
        deadlines.Return(first);

        deadlines.Rent(CancellationToken.None).Should().BeSameAs(first);
    }

    [Fact]
    public void All_deadlines_end_when_attempts_are_broken_off()
    {
        using var abort = new CancellationTokenSource();
        var deadlines = new DeadlinePool(Long, TimeProvider.System);
        var (unused, used) = (deadlines.Rent(abort.Token), deadlines.Rent(abort.Token));
        deadlines.Return(unused);

        abort.Cancel();

        used.Token.IsCancellationRequested.Should().BeTrue();
        deadlines.Rent(abort.Token).Token.IsCancellationRequested.Should().BeTrue("what starts after that is broken off too");
        deadlines.Return(used);
        deadlines.Rent(abort.Token).Token.IsCancellationRequested.Should().BeTrue();
    }

    [Fact]
    public void A_deadline_that_was_reached_is_not_the_next_one()
    {
        var clock = new FakeClock(DateTimeOffset.UnixEpoch);
        var deadlines = new DeadlinePool(Long, clock);
        var first = deadlines.Rent(CancellationToken.None);
        clock.Advance(Long);
        deadlines.Return(first);

        deadlines.Rent(CancellationToken.None).Token.IsCancellationRequested.Should().BeFalse();
    }

    [Fact]
    public void Whoever_still_waits_for_the_last_attempt_hears_nothing_of_the_next()
    {
        using var abort = new CancellationTokenSource();
        var deadlines = new DeadlinePool(Long, TimeProvider.System);
        var first = deadlines.Rent(abort.Token);
        var isTold = false;
        first.Token.Register(() => isTold = true);
        deadlines.Return(first);

        deadlines.Rent(abort.Token);
        abort.Cancel();

        isTold.Should().BeFalse();
    }

    [Fact]
    public void Each_deadline_has_its_whole_time_by_any_clock()
    {
        var clock = new FakeClock(DateTimeOffset.UnixEpoch);
        var deadlines = new DeadlinePool(Long, clock);
        deadlines.Return(deadlines.Rent(CancellationToken.None));
        clock.Advance(Long / 2);

        var second = deadlines.Rent(CancellationToken.None);
        clock.Advance(Long - TimeSpan.FromTicks(1));
        second.Token.IsCancellationRequested.Should().BeFalse();
        clock.Advance(TimeSpan.FromMilliseconds(1));
        second.Token.IsCancellationRequested.Should().BeTrue();
    }
}
