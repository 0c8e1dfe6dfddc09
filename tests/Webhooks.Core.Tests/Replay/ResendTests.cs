using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Replay;

namespace Webhooks.Core.Tests.Replay;

public sealed class ResendTests
{
    [Fact]
    public async Task A_delivery_that_has_failed_is_attempted_once_more_and_succeeds()
    {
        await using var host = await TestHost.WithAsync(options => options.Retry.Delays = []);
        host.Receiver.AnswerEach(number => new HttpResponseMessage(number == 1 ? HttpStatusCode.BadGateway : HttpStatusCode.OK));
        await host.AddEndpointAsync();
        await host.PublishAsync();
        var failed = await host.DeliveryAsync(DeliveryStatus.Failed);

        var resent = await Replay(host).ResendAsync(failed.Id);

        resent.Should().Match<WebhookDelivery>(delivery => delivery.Id == failed.Id && delivery.AttemptCount >= 1);
        var delivery = await host.DeliveryAsync(DeliveryStatus.Succeeded);
        delivery.AttemptCount.Should().Be(2);
        host.Receiver.Requests.Select(request => request.MessageId).Distinct().Should().ContainSingle("receivers tell by the id");
        (await host.AttemptsAsync()).Select(attempt => (attempt.Number, attempt.IsSuccess)).Should().Equal((1, false), (2, true));
    }

    [Theory]
    [InlineData(DeliveryStatus.Failed)]
    [InlineData(DeliveryStatus.Succeeded)]
    public async Task A_delivery_has_the_status_that_it_had_when_the_attempt_fails(DeliveryStatus status)
    {
        await using var host = await TestHost.WithAsync(options => options.Retry.Delays = [TimeSpan.Zero, TimeSpan.Zero]);
        host.Receiver.AnswerWith(status == DeliveryStatus.Succeeded ? HttpStatusCode.OK : HttpStatusCode.BadGateway);
        await host.AddEndpointAsync();
        await host.PublishAsync();
        var ended = await host.DeliveryAsync(status);
        host.Receiver.AnswerWith(HttpStatusCode.ServiceUnavailable);

        await Replay(host).ResendAsync(ended.Id);

        var again = await host.DeliveryAsync(delivery => delivery.AttemptCount == ended.AttemptCount + 1);
        again.Status.Should().Be(status);
        again.LastStatusCode.Should().Be(503);
        again.NextAttemptAt.Should().BeNull("it is one attempt, beside the schedule");
    }

    [Fact]
    public async Task A_delivery_that_was_dropped_is_so_again_when_the_attempt_fails()
    {
        await using var host = await TestHost.WithAsync(options => options.Retry.Delays = [TimeSpan.FromHours(1)]);
        host.Receiver.AnswerWith(HttpStatusCode.ServiceUnavailable);
        var endpoint = await host.AddEndpointAsync();
        await host.PublishAsync();
        await host.DeliveryAsync(delivery => delivery.AttemptCount == 1);
        await host.Endpoints.DisableAsync(endpoint);
        await host.Endpoints.EnableAsync(endpoint, pending: PendingDeliveries.Drop);
        var dropped = await host.DeliveryAsync(DeliveryStatus.Canceled);
        dropped.CancelReason.Should().Be(CancelReason.Dropped);

        await Replay(host).ResendAsync(dropped.Id);

        var again = await host.DeliveryAsync(delivery => delivery is { AttemptCount: 2, Status: not DeliveryStatus.Pending });
        (again.Status, again.CancelReason).Should().Be((DeliveryStatus.Canceled, CancelReason.Dropped));
    }

    [Fact]
    public async Task The_schedule_of_a_pending_delivery_goes_on_as_if_it_had_not_been_resent()
    {
        await using var host = await TestHost.WithAsync(options =>
        {
            options.Retry.Jitter = 0;
            options.Retry.Delays = [TimeSpan.FromMinutes(10), TimeSpan.FromHours(1)];
        });
        host.Receiver.AnswerWith(HttpStatusCode.InternalServerError);
        await host.AddEndpointAsync();
        await host.PublishAsync();
        var pending = await host.DeliveryAsync(delivery => delivery.AttemptCount == 1);
        host.Clock.Advance(TimeSpan.FromMinutes(3));

        await Replay(host).ResendAsync(pending.Id);
        var resent = await host.DeliveryAsync(delivery => delivery.AttemptCount == 2);
        resent.NextAttemptAt.Should().Be(TestHost.Noon.AddMinutes(10));
        await Replay(host).ResendAsync(pending.Id);
        (await host.DeliveryAsync(delivery => delivery.AttemptCount == 3)).NextAttemptAt.Should().Be(TestHost.Noon.AddMinutes(10));

        host.Clock.Advance(TimeSpan.FromMinutes(7));
        (await host.DeliveryAsync(delivery => delivery.AttemptCount == 4)).NextAttemptAt.Should().Be(TestHost.Noon.AddMinutes(70));
        host.Clock.Advance(TimeSpan.FromHours(1));
        (await host.DeliveryAsync(DeliveryStatus.Failed)).AttemptCount.Should().Be(5, "three of the schedule and two beside it");
    }

    [Fact]
    public async Task What_cannot_be_resent_is_refused_with_the_reason()
    {
        await using var host = await TestHost.WithAsync(options => options.Retry.Delays = []);
        host.Receiver.AnswerWith(HttpStatusCode.InternalServerError);
        var endpoint = await host.AddEndpointAsync();
        await host.PublishAsync();
        var failed = await host.DeliveryAsync(DeliveryStatus.Failed);

        await ((Func<Task>)(() => Replay(host).ResendAsync(failed.Id, "another"))).Should().ThrowAsync<WebhookNotFoundException>();
        await ((Func<Task>)(() => Replay(host).ResendAsync("a.b"))).Should().ThrowAsync<WebhookValidationException>();
        await host.Endpoints.DisableAsync(endpoint);
        (await ((Func<Task>)(() => Replay(host).ResendAsync(failed.Id))).Should().ThrowAsync<WebhookConflictException>())
            .WithMessage("*is disabled. Enable it*");
        await host.Endpoints.DeleteAsync(endpoint);
        (await ((Func<Task>)(() => Replay(host).ResendAsync(failed.Id))).Should().ThrowAsync<WebhookConflictException>())
            .WithMessage("*was deleted*");
        host.Receiver.Requests.Should().ContainSingle();
    }

    private static IWebhookReplay Replay(TestHost host) => host.Services.GetRequiredService<IWebhookReplay>();
}
