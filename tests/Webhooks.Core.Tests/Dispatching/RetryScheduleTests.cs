using Webhooks.Dispatching;

namespace Webhooks.Core.Tests.Dispatching;

public sealed class RetryScheduleTests
{
    [Fact]
    public void The_default_is_ten_attempts_over_three_days()
    {
        RetrySchedule.Default.MaxAttempts.Should().Be(10);
        RetrySchedule.Default.ToString().Should().Be(
            "00:00:05, 00:05:00, 00:30:00, 02:00:00, 05:00:00, 10:00:00, 14:00:00, 20:00:00, 1.00:00:00");
    }

    [Fact]
    public void After_each_failed_attempt_comes_its_wait_and_after_the_last_none()
    {
        var schedule = new RetrySchedule(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5));

        schedule.DelayAfter(1).Should().Be(TimeSpan.FromSeconds(5));
        schedule.DelayAfter(2).Should().Be(TimeSpan.FromMinutes(5));
        schedule.DelayAfter(3).Should().BeNull();
        schedule.DelayAfter(int.MaxValue).Should().BeNull();
    }

    [Fact]
    public void Without_waits_there_is_one_attempt()
    {
        RetrySchedule.None.MaxAttempts.Should().Be(1);
        RetrySchedule.None.DelayAfter(1).Should().BeNull();
    }

    [Fact]
    public void A_schedule_may_have_a_hundred_waits_of_thirty_days_or_of_none()
    {
        var waits = Enumerable.Repeat(TimeSpan.FromDays(30), 99).Append(TimeSpan.Zero).ToArray();

        new RetrySchedule(waits).MaxAttempts.Should().Be(101);
    }

    [Fact]
    public void More_than_a_hundred_waits_are_refused() =>
        ShouldBeRefused(Enumerable.Repeat(TimeSpan.Zero, 101), "retrySchedule", "count", "101");

    [Fact]
    public void A_wait_in_the_past_is_refused() =>
        ShouldBeRefused([TimeSpan.Zero, TimeSpan.FromTicks(-1)], "retrySchedule[1]", "range", "-00:00:00.0000001");

    [Fact]
    public void A_wait_of_more_than_thirty_days_is_refused() =>
        ShouldBeRefused([TimeSpan.FromDays(30) + TimeSpan.FromTicks(1)], "retrySchedule[0]", "range", "30.00:00:00.0000001");

    [Fact]
    public void Schedules_are_equal_when_their_waits_are()
    {
        var schedule = new RetrySchedule(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        var same = new RetrySchedule(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));

        schedule.Should().Be(same);
        schedule.GetHashCode().Should().Be(same.GetHashCode());
        schedule.Should().NotBe(new RetrySchedule(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1)));
        schedule.Should().NotBe(RetrySchedule.None);
    }

    [Fact]
    public void A_schedule_does_not_change_with_the_list_that_it_was_made_of()
    {
        var waits = new List<TimeSpan> { TimeSpan.FromSeconds(1) };
        var schedule = new RetrySchedule(waits);

        waits[0] = TimeSpan.FromSeconds(-1);
        waits.Add(TimeSpan.Zero);

        schedule.Delays.Should().Equal(TimeSpan.FromSeconds(1));
    }

    private static void ShouldBeRefused(IEnumerable<TimeSpan> waits, string field, string rule, string value)
    {
        var make = () => new RetrySchedule([.. waits]);

        var error = make.Should().Throw<WebhookValidationException>().Which.Errors.Should().ContainSingle().Which;
        error.Should().BeEquivalentTo(new { Field = field, Rule = rule, Value = value });
    }
}
