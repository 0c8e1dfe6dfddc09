using Webhooks.Core.Tests.Engine;
using Webhooks.Publishing;

namespace Webhooks.Core.Tests.Publishing;

/// <summary>Bad input: an exception that names field, rule and value, and nothing is stored.</summary>
public sealed class PublishValidationTests
{
    public static TheoryData<string, string, string, string?> BadOptions => new()
    {
        // What is wrong, field, rule, value.
        { "tenantId", "", "required", "" },
        { "tenantId", new string('t', 256), "length", new string('t', 100) + "…" },
        { "tenantId", "a\nb", "characters", null },
        { "tenantId", "half \ud83d", "characters", null },
        { "eventId", "", "required", "" },
        { "eventId", new string('e', 256), "length", new string('e', 100) + "…" },
        { "eventId", "a\0b", "characters", null },
        { "messageId", "", "required", "" },
        { "messageId", new string('m', 256), "length", new string('m', 100) + "…" },
        { "messageId", "a.b", "characters", "a.b" },
        { "messageId", "a b", "characters", "a b" },
        { "messageId", "é", "characters", "é" },
        { "channels[1]", "", "channel", "" },
        { "channels[1]", "a b", "channel", "a b" },
        { "channels[1]", new string('c', 129), "channel", new string('c', 100) + "…" },
    };

    [Theory]
    [MemberData(nameof(BadOptions))]
    public async Task An_option_that_breaks_its_rule_is_refused(string field, string given, string rule, string? value)
    {
        var options = field switch
        {
            "tenantId" => new PublishOptions { TenantId = given },
            "eventId" => new PublishOptions { EventId = given },
            "messageId" => new PublishOptions { MessageId = given },
            _ => new PublishOptions { Channels = ["good", given] },
        };

        await ShouldBeRefusedAsync([WebhookEvent.Create("order.created", 1, options)], (field, rule, value));
    }

    [Fact]
    public async Task Options_of_the_greatest_length_are_accepted()
    {
        await using var host = await TestHost.StartAsync();
        var options = new PublishOptions
        {
            TenantId = new string('t', 255),
            EventId = "any text: \ud83d\ude00 " + new string('e', 240),
            MessageId = new string('m', 255),
            Channels = [.. Enumerable.Repeat(new string('c', 128), 16)],
        };

        (await host.PublishAsync(options)).MessageId.Should().Be(options.MessageId);
    }

    [Fact]
    public async Task Too_many_channels_and_no_channels_at_all_are_refused()
    {
        await ShouldBeRefusedAsync(
            [WebhookEvent.Create("order.created", 1, new PublishOptions { Channels = [.. Enumerable.Repeat("c", 17)] })],
            ("channels", "count", "17"));
        await ShouldBeRefusedAsync(
            [WebhookEvent.Create("order.created", 1, new PublishOptions { Channels = null! })], ("channels", "required", null));
    }

    [Fact]
    public async Task All_options_that_break_a_rule_are_named_together() =>
        await ShouldBeRefusedAsync(
            [WebhookEvent.Create("order.created", 1, new PublishOptions { TenantId = "", EventId = "", MessageId = "" })],
            ("tenantId", "required", ""),
            ("eventId", "required", ""),
            ("messageId", "required", ""));

    [Fact]
    public async Task What_was_wrong_with_an_event_is_not_held_against_the_next_when_its_channels_cannot_be_read()
    {
        await using var host = await TestHost.StartAsync();
        var unreadable = new PublishOptions { TenantId = "", Channels = new UnreadableList() };

        // On one thread, one right after the other.
        var first = () => host.Publisher.PublishAsync("order.created", 1, unreadable).GetAwaiter().GetResult();
        first.Should().Throw<InvalidOperationException>();
        var second = host.Publisher.PublishAsync("order.created", 1);

        (await second).MessageId.Should().NotBeEmpty();
    }

    [Fact]
    public async Task An_unknown_event_type_is_refused_with_the_nearest_that_is_known()
    {
        var exception = await ShouldBeRefusedAsync(
            [WebhookEvent.Create("order.piad", 1)], ("eventType", "known", "order.piad"));

        exception.Message.Should().Contain("Did you mean 'order.paid'?");
    }

    [Fact]
    public async Task Data_of_a_type_that_is_not_registered_is_refused()
    {
        var exception = await ShouldBeRefusedAsync([WebhookEvent.Create(new Version(1, 2))], ("data", "known", "System.Version"));

        exception.Message.Should().Contain("AddEventType<T>");
    }

    [Fact]
    public async Task Data_whose_type_belongs_to_two_event_types_needs_a_name()
    {
        await using var host = await TestHost.StartAsync(webhooks =>
            Microsoft.Extensions.DependencyInjection.WebhooksBuilderExtensions.AddEventType<OrderPaid>(webhooks, "order.settled"));

        await ShouldBeRefusedAsync(
            host, [WebhookEvent.Create(new OrderPaid("o-1", 1))], ("data", "known", "Webhooks.Core.Tests.Engine.OrderPaid"));
        await host.Publisher.PublishAsync("order.settled", new OrderPaid("o-1", 1));
    }

    [Fact]
    public async Task A_payload_of_exactly_the_limit_is_accepted_and_one_byte_more_is_refused()
    {
        await using var host = await TestHost.WithAsync(options => options.MaxPayloadBytes = 1024);
        var envelope = """{"type":"order.created","timestamp":"2026-01-02T12:00:00Z","data":""}""".Length;
        var fits = new string('x', 1024 - envelope);

        var result = await host.Publisher.PublishAsync("order.created", fits);
        (await host.Log.GetMessageAsync(result.MessageId))!.Payload!.Value.Length.Should().Be(1024);

        var exception = await ShouldBeRefusedAsync(host, [WebhookEvent.Create("order.created", fits + "x")], ("data", "size", "1025"));
        exception.Message.Should().Contain("MaxPayloadBytes").And.NotContain("xxx");
    }

    [Fact]
    public async Task Data_that_does_not_serialise_is_refused_and_the_cause_is_kept()
    {
        var throwing = await ShouldBeRefusedAsync([WebhookEvent.Create("order.created", new Throwing())], ("data", "json", null));
        throwing.Message.Should().Contain("The getter fails.").And.Contain("Throwing").And.Contain("order.created");
        throwing.InnerException.Should().BeOfType<InvalidOperationException>();

        var cycle = new Node();
        cycle.Next = cycle;
        await ShouldBeRefusedAsync([WebhookEvent.Create("order.created", cycle)], ("data", "json", null));
        await ShouldBeRefusedAsync([WebhookEvent.Create("order.created", typeof(string))], ("data", "json", null));
    }

    [Fact]
    public async Task After_data_that_does_not_serialise_the_next_is_unharmed()
    {
        await using var host = await TestHost.StartAsync();
        await ShouldBeRefusedAsync(host, [WebhookEvent.Create("order.created", new Throwing())], ("data", "json", null));

        var result = await host.Publisher.PublishAsync("order.created", new { a = 1 });

        System.Text.Encoding.UTF8.GetString((await host.Log.GetMessageAsync(result.MessageId))!.Payload!.Value.Span)
            .Should().EndWith("""
                "data":{"a":1}}
                """);
    }

    [Fact]
    public async Task Of_a_batch_nothing_is_stored_and_the_field_names_the_event()
    {
        await ShouldBeRefusedAsync(
            [WebhookEvent.Create("order.created", 1), WebhookEvent.Create("task.completd", 2)],
            ("events[1].eventType", "known", "task.completd"));
        await ShouldBeRefusedAsync(
            [WebhookEvent.Create("order.created", 1), WebhookEvent.Create("order.created", 2, new PublishOptions { TenantId = "" })],
            ("events[1].tenantId", "required", ""));
        await ShouldBeRefusedAsync(
            [WebhookEvent.Create("order.created", new Throwing()), WebhookEvent.Create("order.created", 2)],
            ("events[0].data", "json", null));
    }

    [Fact]
    public async Task A_batch_of_a_thousand_is_accepted_and_one_more_is_refused()
    {
        await using var host = await TestHost.StartAsync();
        (await host.PublishBatchAsync(1_000)).Should().HaveCount(1_000);

        await ShouldBeRefusedAsync(
            host, [.. Enumerable.Range(0, 1_001).Select(number => WebhookEvent.Create("order.created", number))], ("events", "count", "1001"));
    }

    private static async Task<WebhookValidationException> ShouldBeRefusedAsync(
        IReadOnlyList<WebhookEvent> events, params (string Field, string Rule, string? Value)[] expected)
    {
        await using var host = await TestHost.StartAsync();
        return await ShouldBeRefusedAsync(host, events, expected);
    }

    private static async Task<WebhookValidationException> ShouldBeRefusedAsync(
        TestHost host, IReadOnlyList<WebhookEvent> events, params (string Field, string Rule, string? Value)[] expected)
    {
        var before = host.Store.Appends.Count;

        var publish = () => host.Publisher.PublishAsync(events);

        var exception = (await publish.Should().ThrowAsync<WebhookValidationException>()).Which;
        exception.Errors.Select(error => (error.Field, error.Rule, error.Value)).Should().Equal(expected);
        host.Store.Appends.Should().HaveCount(before, "nothing is stored");
        return exception;
    }

    private sealed class Throwing
    {
        private readonly string _message = "The getter fails.";

        public int Value => throw new InvalidOperationException(_message);
    }

    private sealed class UnreadableList : IReadOnlyList<string>
    {
        private readonly string _message = "The list cannot be read.";

        public int Count => throw new InvalidOperationException(_message);

        public string this[int index] => throw new InvalidOperationException(_message);

        public IEnumerator<string> GetEnumerator() => throw new InvalidOperationException(_message);

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }

    private sealed class Node
    {
        public Node? Next { get; set; }
    }
}
