using Webhooks.LoadTest.Receiving;
using Webhooks.LoadTest.Sending;
using Webhooks.LoadTest.Soaking;

namespace Webhooks.LoadTest.Tests;

public sealed class RollingCheckTests
{
    private readonly RollingCheck _check = new();

    [Fact]
    public void A_copy_is_lost_until_it_arrives()
    {
        _check.Update([Sent("a", 2)], [Arrival(0, "a")]);
        _check.Result.Should().Be(new LossCheck(Lost: 1, Doubled: 0, Unknown: 0));

        _check.Update([], [Arrival(1, "a")]);
        _check.Result.Should().Be(new LossCheck(Lost: 0, Doubled: 0, Unknown: 0));
    }

    [Fact]
    public void A_copy_may_arrive_before_its_sender_is_told()
    {
        _check.Update([], [Arrival(0, "a")]);
        _check.Update([Sent("a", 1)], []);

        _check.Result.Should().Be(new LossCheck(Lost: 0, Doubled: 0, Unknown: 0));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void A_second_arrival_is_found_whenever_it_comes(int turnsBetween)
    {
        _check.Update([Sent("a", 1)], [Arrival(0, "a")]);
        for (var i = 0; i < turnsBetween; i++)
        {
            _check.Update([Sent($"b{i}", 1)], [Arrival(0, $"b{i}")]);
        }

        _check.Update([], [Arrival(0, "a")]);

        _check.Result.Should().BeOneOf(
            new LossCheck(Lost: 0, Doubled: 1, Unknown: 0), new LossCheck(Lost: 0, Doubled: 0, Unknown: 1));
    }

    [Fact]
    public void A_second_arrival_replaces_no_other()
    {
        _check.Update([Sent("a", 2)], [Arrival(0, "a"), Arrival(0, "a")]);

        _check.Result.Should().Be(new LossCheck(Lost: 1, Doubled: 1, Unknown: 0));
    }

    [Fact]
    public void A_copy_that_nobody_promised_is_doubled()
    {
        _check.Update([Sent("a", 1)], [Arrival(0, "a"), Arrival(1, "a")]);

        _check.Result.Should().Be(new LossCheck(Lost: 0, Doubled: 1, Unknown: 0));
    }

    [Fact]
    public void What_nobody_sent_is_unknown()
    {
        _check.Update([], [Arrival(0, "a")]);

        _check.Result.Should().Be(new LossCheck(Lost: 0, Doubled: 0, Unknown: 1));
    }

    private static SentMessage Sent(string id, int copies) => new(id, copies, 0);

    private static Arrival Arrival(int target, string id) => new(target, id, 0);
}
