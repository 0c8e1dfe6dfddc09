using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;
using Webhooks.Publishing;
using Webhooks.Replay;

namespace Webhooks.Core.Tests.Scheduling;

public sealed class ExpiryTests
{
    private static readonly PublishOptions InAnHour = new() { ExpiresAt = TestHost.Noon.AddHours(1) };

    [Fact]
    public async Task An_event_that_has_expired_when_it_is_published_is_not_sent_and_the_log_says_so()
    {
        await using var host = await TestHost.StartAsync();
        await host.AddEndpointAsync();

        var result = await host.PublishAsync(new PublishOptions { ExpiresAt = TestHost.Noon });

        result.DeliveryCount.Should().Be(1);
        var delivery = await host.DeliveryAsync(DeliveryStatus.Canceled);
        (delivery.CancelReason, delivery.AttemptCount).Should().Be((CancelReason.Expired, 0));
        host.Receiver.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task A_retry_that_would_be_due_after_the_expiry_ends_the_delivery_at_once()
    {
        await using var host = await TestHost.WithAsync(options =>
        {
            options.Retry.Jitter = 0;
            options.Retry.Delays = [TimeSpan.FromMinutes(20), TimeSpan.FromMinutes(40)];
        });
        host.Receiver.AnswerWith(HttpStatusCode.BadGateway);
        await host.AddEndpointAsync();
        await host.PublishAsync(InAnHour);
        (await host.DeliveryAsync(delivery => delivery.AttemptCount == 1)).Status.Should().Be(DeliveryStatus.Pending);

        host.Clock.Advance(TimeSpan.FromMinutes(20));

        var ended = await host.DeliveryAsync(delivery => delivery.AttemptCount == 2);
        (ended.Status, ended.CancelReason, ended.CompletedAt).Should()
            .Be((DeliveryStatus.Canceled, CancelReason.Expired, TestHost.Noon.AddMinutes(20)));
        (await host.AttemptsAsync()).Should().HaveCount(2);
    }

    [Fact]
    public async Task What_is_exhausted_before_it_expires_has_failed()
    {
        await using var host = await TestHost.WithAsync(options => options.Retry.Delays = []);
        host.Receiver.AnswerWith(HttpStatusCode.BadGateway);
        await host.AddEndpointAsync();

        await host.PublishAsync(InAnHour);

        (await host.DeliveryAsync(DeliveryStatus.Failed)).CancelReason.Should().BeNull();
    }

    [Fact]
    public async Task An_attempt_that_began_before_the_expiry_is_not_broken_off()
    {
        await using var host = await TestHost.WithAsync(options =>
        {
            options.Dispatcher.AttemptTimeout = TimeSpan.FromSeconds(60);
            options.Dispatcher.LeaseDuration = TimeSpan.FromHours(1);
        });
        var gate = new Gate();
        host.Receiver.AnswerAfter(gate);
        await host.AddEndpointAsync();
        await host.PublishAsync(new PublishOptions { ExpiresAt = TestHost.Noon.AddSeconds(10) });
        await host.Receiver.ReceivedAsync(1);

        host.Clock.Advance(TimeSpan.FromSeconds(20));
        gate.Open();

        (await host.DeliveryAsync(delivery => delivery.Status != DeliveryStatus.Pending)).Status.Should().Be(DeliveryStatus.Succeeded);
    }

    [Fact]
    public async Task What_expires_in_a_lane_is_not_sent()
    {
        await using var host = await TestHost.StartAsync();
        var gate = new Gate();
        host.Receiver.AnswerAfter(gate);
        await host.AddEndpointAsync(TestHost.Settings() with { MaxConcurrency = 1 });
        await host.PublishAsync();
        await host.Receiver.ReceivedAsync(1);
        var expiring = await host.PublishAsync(new PublishOptions { ExpiresAt = TestHost.Noon.AddSeconds(10) });

        host.Clock.Advance(TimeSpan.FromSeconds(10));
        gate.Open();

        await host.WhenDeliveriesAsync(deliveries => deliveries.All(delivery => delivery.Status != DeliveryStatus.Pending));
        (await host.DeliveriesAsync()).Single(delivery => delivery.MessageId == expiring.MessageId)
            .CancelReason.Should().Be(CancelReason.Expired);
        host.Receiver.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task Enabling_an_endpoint_sends_what_has_not_expired_and_nothing_else()
    {
        await using var host = await TestHost.StartAsync();
        host.Receiver.AnswerWith(HttpStatusCode.BadGateway);
        var endpoint = await host.AddEndpointAsync();
        for (var i = 0; i < 5; i++)
        {
            await host.PublishAsync(InAnHour);
        }

        var stays = await host.PublishAsync();
        await host.WhenDeliveriesAsync(deliveries => deliveries.All(delivery => delivery.AttemptCount == 1));
        var before = host.Receiver.Count;
        await host.Endpoints.DisableAsync(endpoint);
        host.Clock.Advance(TimeSpan.FromHours(2));
        host.Receiver.AnswerWith(HttpStatusCode.OK);
        await host.Endpoints.EnableAsync(endpoint);

        await host.WhenDeliveriesAsync(deliveries => deliveries.All(delivery => delivery.Status != DeliveryStatus.Pending));
        host.Receiver.Requests.Skip(before).Should().OnlyContain(request => request.MessageId == stays.MessageId);
        (await host.DeliveriesAsync()).Count(delivery => delivery.CancelReason == CancelReason.Expired).Should().Be(5);
    }

    [Fact]
    public async Task What_has_expired_cannot_be_sent_again()
    {
        await using var host = await TestHost.WithAsync(options => options.Retry.Delays = []);
        host.Receiver.AnswerWith(HttpStatusCode.BadGateway);
        await host.AddEndpointAsync();
        await host.PublishAsync(InAnHour);
        var failed = await host.DeliveryAsync(DeliveryStatus.Failed);
        host.Clock.Advance(TimeSpan.FromHours(1));

        var resend = () => host.Services.GetRequiredService<IWebhookReplay>().ResendAsync(failed.Id);

        (await resend.Should().ThrowAsync<WebhookConflictException>()).WithMessage("*has expired*");
        host.Receiver.Requests.Should().ContainSingle();
    }
}
