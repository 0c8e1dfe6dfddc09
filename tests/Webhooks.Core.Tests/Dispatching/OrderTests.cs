using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Replay;
using Webhooks.Storage;

namespace Webhooks.Core.Tests.Dispatching;

public sealed class OrderTests
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task An_ordered_endpoint_gets_one_delivery_at_a_time_in_the_order_of_publishing()
    {
        await using var host = await StartAsync();
        await host.AddEndpointAsync(Ordered());
        var gate = new Gate();
        host.Receiver.AnswerAfter(gate);

        var results = await host.PublishBatchAsync(20);
        await host.Receiver.ReceivedAsync(1);
        gate.Open();
        var requests = await host.Receiver.ReceivedAsync(20);

        requests.Select(request => request.MessageId).Should().Equal(results.Select(result => result.MessageId));
        host.Receiver.MostOpen.Should().Be(1);
    }

    [Fact]
    public async Task A_backlog_in_order_costs_a_claim_for_each_batch_and_not_for_each_delivery()
    {
        await using var host = await StartAsync();
        await host.AddEndpointAsync(Ordered());

        await host.PublishBatchAsync(500);
        await host.WhenDeliveriesAsync(deliveries => deliveries.Count == 500 && deliveries.All(IsEnded));

        host.Store.CallsOf(nameof(IDeliveryStore.ClaimHeldAsync)).Should().BeLessThan(10);
        host.Store.CallsOf(nameof(IDeliveryStore.ClaimAsync)).Should().BeLessThan(15);
        host.Store.CallsOf(nameof(IDeliveryStore.ReleaseAsync)).Should().Be(0);
    }

    [Fact]
    public async Task The_next_delivery_starts_only_when_the_end_of_the_one_before_is_stored()
    {
        await using var host = await StartAsync();
        await host.AddEndpointAsync(Ordered());
        var repair = host.Store.Fail(nameof(IDeliveryStore.CompleteAsync));

        await host.PublishBatchAsync(3);
        await host.Store.Changed.WhenAsync(() => host.Store.CallsOf(nameof(IDeliveryStore.CompleteAsync)) > 0);
        host.Receiver.Count.Should().Be(1);

        repair();
        await host.Clock.WaitForTimerAsync(TimeSpan.FromMilliseconds(100)).InTimeAsync();
        host.Clock.Advance(TimeSpan.FromMilliseconds(100));
        await host.Receiver.ReceivedAsync(3);
    }

    [Fact]
    public async Task A_failing_delivery_is_tried_again_before_all_others_and_when_it_is_exhausted_the_next_follows()
    {
        await using var host = await TestHost.WithAsync(options =>
        {
            Configure(options);
            options.CircuitBreaker.Enabled = false;
        });
        await host.AddEndpointAsync(Ordered());
        var first = default(string);
        host.Receiver.Answer = (request, _) => Task.FromResult(new HttpResponseMessage(
            request.MessageId == (first ??= request.MessageId) ? HttpStatusCode.InternalServerError : HttpStatusCode.OK));

        var results = await host.PublishBatchAsync(3);
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            await WhenPausedAsync(host, attempt);
            host.Receiver.Count.Should().Be(attempt, "the others wait");
            (await OnlyEndpointAsync(host)).PauseReason.Should().Be(PauseReason.Retry);
            host.Clock.Advance(Wait);
        }

        var requests = await host.Receiver.ReceivedAsync(6);
        var ids = results.Select(result => result.MessageId).ToList();
        requests.Select(request => request.MessageId).Should().Equal(ids[0], ids[0], ids[0], ids[0], ids[1], ids[2]);
        await host.WhenDeliveriesAsync(deliveries => deliveries.All(IsEnded));
        (await host.DeliveriesAsync()).Select(delivery => delivery.Status).Order().Should().Equal(
            DeliveryStatus.Succeeded, DeliveryStatus.Succeeded, DeliveryStatus.Failed);
    }

    [Fact]
    public async Task Retry_After_lets_the_whole_line_wait()
    {
        await using var host = await StartAsync();
        await host.AddEndpointAsync(Ordered());
        host.Receiver.AnswerEach(number =>
        {
            var response = new HttpResponseMessage(number == 1 ? HttpStatusCode.TooManyRequests : HttpStatusCode.OK);
            response.Headers.RetryAfter = number == 1 ? new(TimeSpan.FromMinutes(5)) : null;
            return response;
        });

        var results = await host.PublishBatchAsync(2);
        await WhenPausedAsync(host, attempts: 1);
        (await OnlyEndpointAsync(host)).PausedUntil.Should().Be(host.Clock.GetUtcNow() + TimeSpan.FromMinutes(5));
        host.Clock.Advance(TimeSpan.FromMinutes(5));

        (await host.Receiver.ReceivedAsync(3)).Select(request => request.MessageId).Should().Equal(
            results[0].MessageId, results[0].MessageId, results[1].MessageId);
    }

    [Fact]
    public async Task A_dead_ordered_endpoint_is_not_sent_its_whole_line_without_a_break()
    {
        await using var host = await TestHost.WithAsync(options => options.Retry.Delays = []);
        host.Receiver.AnswerWith(HttpStatusCode.InternalServerError);
        await host.AddEndpointAsync(Ordered());

        await host.PublishBatchAsync(50);
        await host.Store.Changed.WhenAsync(async () => (await OnlyEndpointAsync(host)).PauseReason == PauseReason.Failing);
        var before = host.Receiver.Count;
        before.Should().BeLessThan(50);

        host.Receiver.AnswerWith(HttpStatusCode.OK);
        host.Clock.Advance(TimeSpan.FromHours(1));
        var requests = await host.Receiver.ReceivedAsync(50);
        requests.Select(request => request.MessageId).Should().OnlyHaveUniqueItems().And.BeInAscendingOrder(StringComparer.Ordinal);
    }

    [Fact]
    public async Task What_an_ordered_endpoint_missed_while_it_was_disabled_follows_in_order()
    {
        await using var host = await StartAsync();
        var id = await host.AddEndpointAsync(Ordered());
        host.Receiver.AnswerEach(number => new HttpResponseMessage(number == 1 ? HttpStatusCode.InternalServerError : HttpStatusCode.OK));
        var results = await host.PublishBatchAsync(3);
        await WhenPausedAsync(host, attempts: 1);

        await host.Endpoints.DisableAsync(id, "for a while");
        host.Clock.Advance(TimeSpan.FromHours(1));
        await host.Endpoints.EnableAsync(id);

        var requests = await host.Receiver.ReceivedAsync(4);
        requests.Skip(1).Select(request => request.MessageId).Should().Equal(results.Select(result => result.MessageId));
    }

    [Fact]
    public async Task A_delivery_that_is_sent_again_comes_before_those_that_wait()
    {
        await using var host = await StartAsync();
        await host.AddEndpointAsync(Ordered());
        var old = await host.PublishAsync();
        var delivery = await host.DeliveryAsync(DeliveryStatus.Succeeded);
        host.Receiver.AnswerEach(number => new HttpResponseMessage(number == 2 ? HttpStatusCode.InternalServerError : HttpStatusCode.OK));
        var results = await host.PublishBatchAsync(2);
        await WhenPausedAsync(host, attempts: 2);

        await host.Services.GetRequiredService<IWebhookReplay>().ResendAsync(delivery.Id);
        host.Clock.Advance(Wait);

        var requests = await host.Receiver.ReceivedAsync(5);
        requests.Skip(2).Select(request => request.MessageId).Should().Equal(
            old.MessageId, results[0].MessageId, results[1].MessageId);
    }

    [Fact]
    public async Task A_rate_limit_keeps_the_order()
    {
        await using var host = await StartAsync();
        await host.AddEndpointAsync(Ordered() with { RateLimit = RateLimit.PerSecond(1) });

        var results = await host.PublishBatchAsync(5);
        for (var count = 1; count <= 5; count++)
        {
            var all = host.Receiver.ReceivedAsync(count);
            while (!all.IsCompleted)
            {
                await Task.WhenAny(all, host.Clock.WaitForTimerAsync(TimeSpan.FromSeconds(1))).InTimeAsync();
                if (!all.IsCompleted)
                {
                    await host.Clock.AdvanceToNextTimerAsync().InTimeAsync();
                }
            }
        }

        host.Receiver.Requests.Select(request => request.MessageId).Should().Equal(results.Select(result => result.MessageId));
    }

    [Fact]
    public async Task Of_several_instances_one_goes_on_when_another_has_stopped()
    {
        await using var host = await StartAsync();
        await using var other = await TestHost.WithAsync(Configure, like: host);
        var gate = new Gate();
        host.Receiver.AnswerAfter(gate);
        other.Receiver.AnswerAfter(gate);
        await host.AddEndpointAsync(Ordered());

        var results = await host.PublishBatchAsync(10);
        await host.Store.Changed.WhenAsync(() => host.Receiver.Count + other.Receiver.Count == 1);
        var stopping = host.StopAsync();
        gate.Open();
        await stopping;
        other.Clock.Advance(Wait);
        await host.Store.Changed.WhenAsync(() => host.Receiver.Count + other.Receiver.Count >= 10);

        host.Receiver.Requests.Concat(other.Receiver.Requests).Select(request => request.MessageId)
            .Should().Equal(results.Select(result => result.MessageId));
    }

    [Fact]
    public async Task Other_endpoints_get_all_of_theirs_while_ordered_ones_wait_for_their_first()
    {
        await using var host = await StartAsync();
        const int Lines = 30;
        for (var i = 0; i < Lines; i++)
        {
            await host.AddEndpointAsync(Ordered("https://ordered.test/hooks"));
        }

        await host.AddEndpointAsync();
        var gate = new Gate();
        host.Receiver.Answer = async (request, token) =>
        {
            if (request.Url.Host is "ordered.test")
            {
                await gate.PassAsync(token);
            }

            return new HttpResponseMessage(HttpStatusCode.OK);
        };

        await host.PublishBatchAsync(200);
        await host.Receiver.WhenAsync(receiver => receiver.Requests.Count(request => request.Url.Host is "receiver.test") == 200);

        host.Receiver.Requests.Count(request => request.Url.Host is "ordered.test").Should().BeLessThanOrEqualTo(Lines);
        gate.Open();
    }

    [Fact]
    public async Task The_order_can_be_turned_off_and_on_while_deliveries_wait()
    {
        await using var host = await StartAsync();
        var id = await host.AddEndpointAsync(Ordered());
        host.Receiver.AnswerEach(number => new HttpResponseMessage(number == 1 ? HttpStatusCode.InternalServerError : HttpStatusCode.OK));
        await host.PublishBatchAsync(5);
        await WhenPausedAsync(host, attempts: 1);

        await host.Endpoints.UpdateAsync(id, TestHost.Settings());
        host.Clock.Advance(Wait);
        await host.WhenDeliveriesAsync(deliveries => deliveries.All(IsEnded));

        await host.Endpoints.UpdateAsync(id, Ordered());
        var results = await host.PublishBatchAsync(5);
        var requests = await host.Receiver.ReceivedAsync(11);
        requests.Skip(6).Select(request => request.MessageId).Should().Equal(results.Select(result => result.MessageId));
    }

    private static EndpointSettings Ordered(string url = "https://receiver.test/hooks") => TestHost.Settings(url) with { IsOrdered = true };

    private static void Configure(WebhooksOptions options)
    {
        options.Retry.Jitter = 0;
        options.Retry.Delays = [Wait, Wait, Wait];
    }

    private static Task<TestHost> StartAsync() => TestHost.WithAsync(Configure);

    private static bool IsEnded(WebhookDelivery delivery) => delivery.Status != DeliveryStatus.Pending;

    private static async Task<WebhookEndpoint> OnlyEndpointAsync(TestHost host) =>
        (await host.Store.Inner.ListEndpointsAsync(new EndpointQuery { TenantId = WebhooksDefaults.TenantId }, default)).Items.Single();

    /// <summary>Waits until so many attempts were recorded and the last of them lets the line wait.</summary>
    private static Task WhenPausedAsync(TestHost host, int attempts) => host.Store.Changed.WhenAsync(async () =>
        host.Store.Recorded.Count == attempts && (await OnlyEndpointAsync(host)).PauseReason == PauseReason.Retry);
}
