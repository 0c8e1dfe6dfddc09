using System.Net;
using System.Net.Http.Headers;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Storage;

namespace Webhooks.Core.Tests.Dispatching;

/// <summary>A receiver that asks to be left alone is left alone: not only with the delivery that it answered.</summary>
public sealed class RetryAfterTests
{
    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests, false)]
    [InlineData(HttpStatusCode.ServiceUnavailable, true)]
    public async Task Nothing_is_sent_to_a_receiver_before_the_time_that_it_has_asked_for(HttpStatusCode status, bool asDate)
    {
        await using var host = await TestHost.WithAsync(options => options.Dispatcher.MaxConcurrencyPerEndpoint = 1);
        host.Receiver.AnswerEach(number => number == 1
            ? Busy(status, asDate ? new(TestHost.Noon.AddSeconds(90)) : new(TimeSpan.FromSeconds(90)))
            : new HttpResponseMessage(HttpStatusCode.OK));
        var endpointId = await host.AddEndpointAsync();
        await host.PublishBatchAsync(50);

        await host.WhenDeliveriesAsync(all => all.Count(delivery => delivery.IsHeld) == 49);
        (await host.Endpoints.GetAsync(endpointId))!.Should().BeEquivalentTo(
            new { PausedUntil = TestHost.Noon.AddSeconds(90), PauseReason = PauseReason.RetryAfter, Status = EndpointStatus.Enabled });
        await host.PublishAsync();
        host.Clock.Advance(TimeSpan.FromSeconds(89.999));
        await host.WhenDeliveriesAsync(all => all.Count(delivery => delivery.IsHeld) >= 50);
        host.Receiver.Requests.Should().ContainSingle();
        (await host.DeliveriesAsync()).Count(delivery => delivery.AttemptCount > 0).Should().Be(1, "a pause spends no attempts");

        host.Clock.Advance(TimeSpan.FromSeconds(0.001));

        await host.WhenDeliveriesAsync(all => all.Count == 51 && all.All(delivery => delivery.Status == DeliveryStatus.Succeeded));
        host.Receiver.Requests.Should().HaveCount(52);
        (await host.Endpoints.GetAsync(endpointId))!.Should().BeEquivalentTo(
            new { PausedUntil = (DateTimeOffset?)null, PauseReason = (PauseReason?)null });
        host.Logs.WithId(409).Should().ContainSingle();
    }

    [Fact]
    public async Task Other_endpoints_go_on()
    {
        await using var host = await TestHost.StartAsync();
        host.Receiver.Answer = (request, _) => Task.FromResult(request.Url.Host == "busy.test"
            ? Busy(HttpStatusCode.TooManyRequests, new(TimeSpan.FromHours(1)))
            : new HttpResponseMessage(HttpStatusCode.OK));
        await host.AddEndpointAsync(TestHost.Settings("https://busy.test/"));
        await host.AddEndpointAsync(TestHost.Settings("https://other.test/"));

        await host.PublishAsync();
        await host.Logs.LoggedAsync(409);
        await host.PublishBatchAsync(20);

        await host.WhenDeliveriesAsync(all => all.Count(delivery => delivery.Status == DeliveryStatus.Succeeded) == 21);
    }

    [Fact]
    public async Task A_pause_by_one_instance_holds_on_another_and_the_first_to_come_after_it_goes_on()
    {
        await using var host = await TestHost.StartAsync();
        await using var other = await TestHost.StartAsync(like: host);
        host.Receiver.AnswerEach(_ => Busy(HttpStatusCode.TooManyRequests, new(TimeSpan.FromMinutes(10))));
        await host.AddEndpointAsync();
        await host.PublishAsync();
        await host.Logs.LoggedAsync(409);
        await host.Store.Changed.WhenAsync(() => host.Store.CallsOf(nameof(IDeliveryStore.PauseEndpointAsync)) == 1);

        await other.PublishBatchAsync(5);

        await host.WhenDeliveriesAsync(all => all.Count(delivery => delivery.IsHeld) == 5);
        host.Receiver.AnswerWith(HttpStatusCode.OK);
        host.Clock.Advance(TimeSpan.FromMinutes(10));
        await host.WhenDeliveriesAsync(all => all.Count(delivery => delivery.Status == DeliveryStatus.Succeeded) == 6);
        (host.Receiver.Requests.Count + other.Receiver.Requests.Count).Should().Be(7);
    }

    [Fact]
    public async Task A_host_that_grants_no_wait_pauses_nothing()
    {
        await using var host = await TestHost.WithAsync(options => options.Retry.MaxRetryAfter = TimeSpan.Zero);
        host.Receiver.AnswerEach(number => number == 1
            ? Busy(HttpStatusCode.TooManyRequests, new(TimeSpan.FromHours(1)))
            : new HttpResponseMessage(HttpStatusCode.OK));
        var endpointId = await host.AddEndpointAsync();
        await host.PublishAsync();
        await host.DeliveryAsync(delivery => delivery.AttemptCount == 1);

        await host.PublishAsync();

        await host.WhenDeliveriesAsync(all => all.Any(delivery => delivery.Status == DeliveryStatus.Succeeded));
        (await host.Endpoints.GetAsync(endpointId))!.PausedUntil.Should().BeNull();
    }

    private static HttpResponseMessage Busy(HttpStatusCode status, RetryConditionHeaderValue retryAfter)
    {
        var response = new HttpResponseMessage(status);
        response.Headers.RetryAfter = retryAfter;
        return response;
    }
}
