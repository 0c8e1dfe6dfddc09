using Webhooks.LoadTest.Receiving;
using Webhooks.LoadTest.Sending;

namespace Webhooks.LoadTest.Tests;

public sealed class LossCheckTests
{
    [Fact]
    public void What_arrived_everywhere_once_is_not_lost()
    {
        LossCheck.Compare([Sent("a", 2), Sent("b", 1)], [Arrival(0, "a"), Arrival(1, "a"), Arrival(0, "b")])
            .Should().Be(new LossCheck(Lost: 0, Doubled: 0, Unknown: 0));
    }

    [Fact]
    public void A_copy_that_did_not_arrive_is_lost()
    {
        LossCheck.Compare([Sent("a", 2), Sent("b", 1)], [Arrival(0, "a")])
            .Should().Be(new LossCheck(Lost: 2, Doubled: 0, Unknown: 0));
    }

    [Fact]
    public void A_second_arrival_at_the_same_target_replaces_no_other()
    {
        LossCheck.Compare([Sent("a", 2)], [Arrival(0, "a"), Arrival(0, "a")])
            .Should().Be(new LossCheck(Lost: 1, Doubled: 1, Unknown: 0));
    }

    [Fact]
    public void What_nobody_sent_is_unknown()
    {
        LossCheck.Compare([], [Arrival(0, "a")]).Should().Be(new LossCheck(Lost: 0, Doubled: 0, Unknown: 1));
    }

    private static SentMessage Sent(string id, int copies) => new(id, copies, 0);

    private static Arrival Arrival(int target, string id) => new(target, id, 0);
}
