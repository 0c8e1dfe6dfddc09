using Microsoft.Extensions.DependencyInjection;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;
using Webhooks.Publishing;
using Webhooks.Replay;

namespace Webhooks.Core.Tests.Scheduling;

public sealed class DelayTests
{
    private static readonly DateTimeOffset Later = TestHost.Noon.AddHours(3);

    [Fact]
    public async Task A_delayed_event_is_sent_when_its_time_has_come()
    {
        // No poll comes to its help.
        await using var host = await TestHost.WithAsync(options => options.Dispatcher.PollInterval = TimeSpan.FromMinutes(10));
        await host.AddEndpointAsync();
        await host.PublishAsync();
        await SucceededAsync(host, 1);

        var result = await host.PublishAsync(new PublishOptions { DeliverAt = Later });

        result.DeliveryCount.Should().Be(1);
        host.Clock.Advance(TimeSpan.FromHours(3) - TimeSpan.FromMilliseconds(1));
        await host.PublishAsync();
        await SucceededAsync(host, 2);
        host.Receiver.Requests.Select(request => request.MessageId).Should().NotContain(result.MessageId);
        host.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var requests = await host.Receiver.ReceivedAsync(3);
        (requests[2].MessageId, requests[2].At).Should().Be((result.MessageId, Later));
    }

    [Fact]
    public async Task A_delayed_event_costs_no_claim_before_its_time()
    {
        await using var host = await TestHost.WithAsync(options => options.Dispatcher.PollInterval = TimeSpan.FromMinutes(10));
        await host.AddEndpointAsync();
        await host.PublishAsync(new PublishOptions { DeliverAt = Later });
        await host.Store.Changed.WhenAsync(() => host.Store.CallsOf("ClaimAsync") > 0);
        var before = host.Store.CallsOf("ClaimAsync");

        await host.PublishAsync(new PublishOptions { DeliverAt = TestHost.Noon.AddMinutes(5) });
        host.Clock.Advance(TimeSpan.FromMinutes(4));
        await host.PublishAsync();
        await SucceededAsync(host, 1);

        host.Store.CallsOf("ClaimAsync").Should().Be(before);
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        await host.Receiver.ReceivedAsync(2);
    }

    [Fact]
    public async Task A_delayed_event_is_sent_by_a_host_that_was_started_later()
    {
        await using var first = await TestHost.StartAsync();
        await first.AddEndpointAsync();
        await first.PublishAsync(new PublishOptions { DeliverAt = Later });
        await first.StopAsync();

        await using var second = await TestHost.StartAsync(like: first);
        second.Clock.Advance(TimeSpan.FromHours(3));

        (await second.Receiver.ReceivedAsync(1))[0].At.Should().Be(Later);
        first.Receiver.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task Events_of_one_batch_have_each_their_time()
    {
        await using var host = await TestHost.StartAsync();
        await host.AddEndpointAsync();
        PublishOptions At(int minutes) => new() { MessageId = $"msg_{minutes}", DeliverAt = TestHost.Noon.AddMinutes(minutes) };
        await host.Publisher.PublishAsync(
        [
            WebhookEvent.Create(new OrderPaid("o-1", 1), At(20)),
            WebhookEvent.Create("order.created", 2, At(10)),
            WebhookEvent.Create("order.created", 3),
        ]);
        await SucceededAsync(host, 1);

        host.Clock.Advance(TimeSpan.FromMinutes(10));
        await SucceededAsync(host, 2);
        host.Clock.Advance(TimeSpan.FromMinutes(10));

        (await host.Receiver.ReceivedAsync(3)).Skip(1).Select(request => request.MessageId).Should().Equal("msg_10", "msg_20");
    }

    [Fact]
    public async Task A_time_that_has_passed_means_now()
    {
        await using var host = await TestHost.StartAsync();
        await host.AddEndpointAsync();

        var result = await host.PublishAsync(new PublishOptions { DeliverAt = TestHost.Noon.AddDays(-1) });

        await host.Receiver.ReceivedAsync(1);
        (await host.Log.GetMessageAsync(result.MessageId))!.DeliverAt.Should().BeNull();
    }

    [Fact]
    public async Task A_time_within_a_millisecond_is_not_brought_forward()
    {
        await using var host = await TestHost.StartAsync();

        var result = await host.PublishAsync(new PublishOptions { DeliverAt = Later.AddTicks(1), ExpiresAt = Later.AddSeconds(1).AddTicks(9_999) });

        var message = await host.Log.GetMessageAsync(result.MessageId);
        (message!.DeliverAt, message.ExpiresAt).Should().Be((Later.AddMilliseconds(1), Later.AddSeconds(1)));
    }

    [Fact]
    public async Task The_end_of_a_pause_does_not_send_a_delayed_event()
    {
        await using var host = await TestHost.StartAsync();
        var endpoint = await host.AddEndpointAsync();
        await host.PublishAsync(new PublishOptions { DeliverAt = Later });
        await host.Endpoints.DisableAsync(endpoint);
        host.Clock.Advance(TimeSpan.FromHours(1));
        await host.Endpoints.EnableAsync(endpoint);
        await host.PublishAsync();
        await SucceededAsync(host, 1);

        host.Clock.Advance(TimeSpan.FromHours(2));

        (await host.Receiver.ReceivedAsync(2))[1].At.Should().Be(Later);
    }

    [Fact]
    public async Task Nobody_can_send_a_delayed_event_before_its_time()
    {
        await using var host = await TestHost.StartAsync();
        await host.AddEndpointAsync();
        await host.PublishAsync(new PublishOptions { DeliverAt = Later });
        var delivery = await host.DeliveryAsync(DeliveryStatus.Pending);

        var resend = () => host.Services.GetRequiredService<IWebhookReplay>().ResendAsync(delivery.Id);

        (await resend.Should().ThrowAsync<WebhookConflictException>()).WithMessage("*for a later time*");
        host.Receiver.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task Times_that_cannot_be_kept_are_refused_by_name()
    {
        await using var host = await TestHost.StartAsync();
        await host.AddEndpointAsync();
        async Task<WebhookValidationError> RefusedAsync(PublishOptions options) =>
            (await host.Invoking(it => it.PublishAsync(options)).Should().ThrowAsync<WebhookValidationException>())
            .Which.Errors.Should().ContainSingle().Subject;

        (await RefusedAsync(new PublishOptions { DeliverAt = TestHost.Noon.AddDays(30).AddTicks(1) }))
            .Should().Match<WebhookValidationError>(error => error.Field == "deliverAt" && error.Rule == "range");
        (await RefusedAsync(new PublishOptions { DeliverAt = Later, ExpiresAt = Later }))
            .Should().Match<WebhookValidationError>(error => error.Field == "expiresAt" && error.Rule == "range");
        (await host.DeliveriesAsync()).Should().BeEmpty();
        await host.PublishAsync(new PublishOptions { DeliverAt = TestHost.Noon.AddDays(30), ExpiresAt = DateTimeOffset.MaxValue });
    }

    private static Task SucceededAsync(TestHost host, int count) => host.WhenDeliveriesAsync(
        deliveries => deliveries.Count(static delivery => delivery.Status == DeliveryStatus.Succeeded) == count);
}
