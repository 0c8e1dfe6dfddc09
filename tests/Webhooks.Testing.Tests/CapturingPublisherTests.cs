using System.Data.Common;
using Webhooks.Publishing;

namespace Webhooks.Testing.Tests;

public sealed class CapturingPublisherTests
{
    private readonly CapturingPublisher _publisher = new();

    [Fact]
    public async Task Events_are_recorded_in_order_with_their_options()
    {
        await _publisher.PublishAsync(new OrderPaid(1), new PublishOptions { TenantId = "acme" });
        await _publisher.PublishAsync("order.lost", new { OrderId = 2 });

        _publisher.Events.Should().HaveCount(2);
        _publisher.Events[0].Options.TenantId.Should().Be("acme");
        _publisher.Events[1].EventType.Should().Be("order.lost");
    }

    [Fact]
    public async Task Data_is_found_by_its_type()
    {
        await _publisher.PublishAsync(new OrderPaid(1));
        await _publisher.PublishAsync(new OrderShipped(1));
        await _publisher.PublishAsync(new OrderPaid(2));

        _publisher.Published<OrderPaid>().Should().Equal(new OrderPaid(1), new OrderPaid(2));
        _publisher.Published<OrderShipped>().Should().Equal(new OrderShipped(1));
    }

    [Fact]
    public async Task Each_event_gets_a_message_id()
    {
        var first = await _publisher.PublishAsync(new OrderPaid(1));
        var second = await _publisher.PublishAsync(new OrderPaid(2), new PublishOptions { MessageId = "run-7" });
        var third = await _publisher.PublishAsync(new OrderPaid(3));

        new[] { first, second, third }.Select(result => result.MessageId).Should().Equal("msg_1", "run-7", "msg_3");
        first.IsDuplicate.Should().BeFalse();
    }

    [Fact]
    public async Task An_event_or_message_id_that_the_tenant_published_before_is_recorded_once()
    {
        var paid = new PublishOptions { TenantId = "acme", EventId = "paid-1" };
        var run = new PublishOptions { TenantId = "acme", MessageId = "run-7" };
        var first = await _publisher.PublishAsync(new OrderPaid(1), paid);
        await _publisher.PublishAsync(new OrderPaid(2), run);

        (await _publisher.PublishAsync(new OrderPaid(1), paid)).Should().Be(first with { IsDuplicate = true });
        (await _publisher.PublishAsync(new OrderPaid(2), run)).IsDuplicate.Should().BeTrue();
        (await _publisher.PublishAsync(new OrderPaid(1), paid with { TenantId = "other" })).IsDuplicate.Should().BeFalse();

        _publisher.Events.Should().HaveCount(3);
    }

    [Fact]
    public async Task Events_that_are_published_in_a_transaction_are_recorded_like_others()
    {
        DbTransaction transaction = null!;

        await _publisher.PublishAsync(new OrderPaid(1), transaction);
        await _publisher.PublishAsync("order.lost", new { OrderId = 2 }, transaction, new PublishOptions { TenantId = "acme" });

        _publisher.Published<OrderPaid>().Should().Equal(new OrderPaid(1));
        _publisher.Events[1].Options.TenantId.Should().Be("acme");
    }

    [Fact]
    public async Task A_canceled_call_records_nothing()
    {
        var publish = () => _publisher.PublishAsync(new OrderPaid(1), cancellationToken: new CancellationToken(canceled: true));

        await publish.Should().ThrowAsync<OperationCanceledException>();
        _publisher.Events.Should().BeEmpty();
    }

    private sealed record OrderPaid(int OrderId);

    private sealed record OrderShipped(int OrderId);
}
