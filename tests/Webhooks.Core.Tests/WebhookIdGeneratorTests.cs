using FsCheck;
using FsCheck.Fluent;

namespace Webhooks.Core.Tests;

public sealed class WebhookIdGeneratorTests
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    private readonly WebhookIdGenerator _generator = new();

    [Theory]
    [InlineData(WebhookIdGenerator.MessagePrefix, "msg_")]
    [InlineData(WebhookIdGenerator.EndpointPrefix, "ep_")]
    [InlineData(WebhookIdGenerator.DeliveryPrefix, "dlv_")]
    [InlineData(WebhookIdGenerator.AttemptPrefix, "atmpt_")]
    public void An_id_is_its_prefix_and_26_characters_of_base_32(string prefix, string expected) =>
        _generator.Create(prefix, Now).Should().MatchRegex($"^{expected}[{Alphabet}]{{26}}$");

    [Fact]
    public void An_id_is_a_uuid_of_version_7_that_carries_its_time()
    {
        var uuid = Decode(_generator.Create("msg_", Now));

        ((long)(uuid >> 80)).Should().Be(Now.ToUnixTimeMilliseconds());
        ((int)(uuid >> 76) & 0xF).Should().Be(7, "this is the version");
        ((int)(uuid >> 62) & 0x3).Should().Be(0b10, "this is the variant of RFC 9562");
    }

    [Fact]
    public void Ids_of_the_same_time_are_in_order_and_run_into_the_next_millisecond()
    {
        var ids = Enumerable.Range(0, 10_000).Select(_ => _generator.Create("msg_", Now)).ToArray();

        ids.Should().BeInAscendingOrder(StringComparer.Ordinal);
        ids.Distinct(StringComparer.Ordinal).Should().HaveCount(ids.Length);
        ((long)(Decode(ids[^1]) >> 80)).Should().Be(Now.ToUnixTimeMilliseconds() + 2, "4,096 ids fit in a millisecond");
    }

    [Fact]
    public void Ids_of_growing_times_are_in_order() =>
        Prop.ForAll(Gen.Choose(0, 5).ListOf().ToArbitrary(), steps =>
        {
            var generator = new WebhookIdGenerator();
            var now = Now;
            var ids = steps.Select(step => generator.Create("msg_", now = now.AddMilliseconds(step))).ToList();
            return ids.SequenceEqual(ids.Order(StringComparer.Ordinal)) && ids.Distinct().Count() == ids.Count;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Ids_stay_in_order_when_the_clock_is_a_moment_behind()
    {
        var first = _generator.Create("msg_", Now);
        var second = _generator.Create("msg_", Now.AddSeconds(-30));

        string.CompareOrdinal(first, second).Should().BeNegative();
    }

    [Fact]
    public void Ids_follow_a_clock_that_was_set_back_by_more_than_a_minute()
    {
        var back = Now.AddMinutes(-2);
        _generator.Create("msg_", Now);

        ((long)(Decode(_generator.Create("msg_", back)) >> 80)).Should().Be(back.ToUnixTimeMilliseconds());
    }

    [Fact]
    public void Ids_of_another_time_and_generator_sort_by_their_times() =>
        Prop.ForAll(Gen.Choose(1, int.MaxValue).ToArbitrary(), later =>
            string.CompareOrdinal(
                new WebhookIdGenerator().Create("msg_", Now),
                new WebhookIdGenerator().Create("msg_", Now.AddMilliseconds(later))) < 0)
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Concurrent_callers_get_different_ids_each_in_order()
    {
        const int Callers = 4;
        var all = new string[Callers][];
        using var start = new Barrier(Callers);
        var threads = Enumerable.Range(0, Callers).Select(caller => new Thread(() =>
        {
            start.SignalAndWait();
            all[caller] = [.. Enumerable.Range(0, 50_000).Select(_ => _generator.Create("msg_", Now))];
        })).ToList();

        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        all.Should().OnlyContain(ids => ids.SequenceEqual(ids.Order(StringComparer.Ordinal)));
        var slots = all.SelectMany(ids => ids).Select(id => Decode(id) >> 64).ToList();
        slots.Distinct().Should().HaveCount(slots.Count, "each has a time and counter of its own");
    }

    [Fact]
    public void The_key_of_an_id_encodes_to_the_same_id_and_sorts_like_it()
    {
        var ids = Enumerable.Range(0, 100).Select(i => _generator.Create("msg_", Now.AddMilliseconds(i))).ToArray();

        var keys = ids.Select(id => WebhookIdGenerator.TryDecode("msg_", id, out var key) ? key : default).ToArray();

        keys.Select(key => WebhookIdGenerator.Encode("msg_", key)).Should().Equal(ids);
        keys.Should().OnlyContain(key => key.Version == 7);
        keys.Select(key => key.ToString()).Should().BeInAscendingOrder(StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("msg_")]
    [InlineData("run-7")]
    [InlineData("dlv_01j6zk4wqe7xvw8h5t2n9m3c4d")]
    [InlineData("msg_01j6zk4wqe7xvw8h5t2n9m3c4")]
    [InlineData("msg_01j6zk4wqe7xvw8h5t2n9m3c4dd")]
    [InlineData("msg_01j6zk4wqe7xvw8h5t2n9m3c4u")]
    [InlineData("msg_01J6ZK4WQE7XVW8H5T2N9M3C4D")]
    [InlineData("msg_zzzzzzzzzzzzzzzzzzzzzzzzzz")]
    [InlineData("msg_00000000000000000000000000")]
    public void Text_that_is_no_id_of_the_kind_has_no_key(string text) =>
        WebhookIdGenerator.TryDecode("msg_", text, out _).Should().BeFalse();

    private static UInt128 Decode(string id) =>
        id["msg_".Length..].Aggregate(
            UInt128.Zero, (value, digit) => (value << 5) | (UInt128)Alphabet.IndexOf(digit, StringComparison.Ordinal));
}
