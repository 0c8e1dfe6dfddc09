using System.Net;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Storage;

namespace Webhooks.Core.Tests.Dispatching;

/// <summary>What happens to deliveries whose endpoint changes before or while they are attempted.</summary>
public sealed class EndpointChangeTests
{
    [Fact]
    public async Task Gone_ends_the_delivery_disables_the_endpoint_and_holds_the_others()
    {
        await using var host = await TestHost.WithAsync(options => options.Dispatcher.MaxConcurrencyPerEndpoint = 1);
        host.Receiver.AnswerEach(number => new HttpResponseMessage(number == 1 ? HttpStatusCode.Gone : HttpStatusCode.OK));
        var endpointId = await host.AddEndpointAsync();
        await host.PublishBatchAsync(5);

        await host.WhenDeliveriesAsync(all =>
            all.Count(delivery => delivery.IsHeld) == 4 && all.Any(delivery => delivery.Status == DeliveryStatus.Failed));

        host.Receiver.Requests.Should().ContainSingle();
        var gone = (await host.DeliveriesAsync()).Single(delivery => !delivery.IsHeld);
        gone.Should().BeEquivalentTo(new { Status = DeliveryStatus.Failed, LastStatusCode = 410, AttemptCount = 1 });
        (await host.Endpoints.GetAsync(endpointId))!.Should().BeEquivalentTo(
            new { Status = EndpointStatus.Disabled, DisabledReason = "The receiver answered 410 Gone." });
        host.Logs.WithId(405).Should().ContainSingle().Which.Message.Should().Contain(endpointId);

        await host.Endpoints.EnableAsync(endpointId);

        await host.WhenDeliveriesAsync(all => all.Count(delivery => delivery.Status == DeliveryStatus.Succeeded) == 4);
        host.Receiver.Requests.Should().HaveCount(5);
        (await host.Endpoints.GetAsync(endpointId))!.Should().BeEquivalentTo(
            new { Status = EndpointStatus.Enabled, DisabledReason = (string?)null, PausedUntil = (DateTimeOffset?)null });
    }

    [Fact]
    public async Task Gone_while_others_are_under_way_disables_once()
    {
        await using var host = await TestHost.StartAsync();
        var gate = new Gate();
        host.Receiver.Answer = async (_, token) =>
        {
            await gate.PassAsync(token);
            return new HttpResponseMessage(HttpStatusCode.Gone);
        };
        await host.AddEndpointAsync();
        await host.PublishBatchAsync(16);
        await host.Receiver.WhenAsync(receiver => receiver.Open == 16);

        gate.Open();

        await host.WhenDeliveriesAsync(all => all.All(delivery => delivery.Status == DeliveryStatus.Failed));
        host.Logs.WithId(405).Should().ContainSingle();
    }

    [Fact]
    public async Task A_retry_goes_to_the_url_that_the_endpoint_has_then()
    {
        await using var host = await TestHost.StartAsync();
        host.Receiver.AnswerEach(number => new HttpResponseMessage(number == 1 ? HttpStatusCode.NotFound : HttpStatusCode.OK));
        var endpointId = await host.AddEndpointAsync();
        await host.PublishAsync();
        var retryAt = (await host.DeliveryAsync(delivery => delivery.AttemptCount == 1)).NextAttemptAt!.Value;

        await host.Endpoints.UpdateAsync(endpointId, TestHost.Settings("https://moved.test/new?key=1"));
        host.Clock.SetUtcNow(retryAt);

        await host.DeliveryAsync(DeliveryStatus.Succeeded);
        host.Receiver.Requests.Select(request => request.Url.AbsoluteUri).Should().Equal(
            "https://receiver.test/hooks", "https://moved.test/new?key=1");
    }

    [Fact]
    public async Task A_delivery_that_waits_in_its_lane_goes_to_the_new_url()
    {
        await using var host = await TestHost.WithAsync(options => options.Dispatcher.MaxConcurrencyPerEndpoint = 1);
        var gate = new Gate();
        host.Receiver.AnswerAfter(gate);
        var endpointId = await host.AddEndpointAsync();
        await host.PublishBatchAsync(2);
        await host.Receiver.ReceivedAsync(1);

        await host.Endpoints.UpdateAsync(endpointId, TestHost.Settings("https://moved.test/"));
        gate.Open();

        (await host.Receiver.ReceivedAsync(2))[1].Url.Should().Be(new Uri("https://moved.test/"));
    }

    [Fact]
    public async Task An_endpoint_that_is_changed_while_it_is_read_is_read_again()
    {
        await using var host = await TestHost.StartAsync();
        var endpointId = await host.AddEndpointAsync();
        var (read, changed) = (new Gate(), new Gate());
        host.Store.After = async member =>
        {
            if (member == nameof(IEndpointStore.GetEndpointAsync) && host.Store.CallsOf(member) == 1)
            {
                read.Open();
                await changed.PassAsync();
            }
        };
        await host.PublishAsync();
        await read.PassAsync().InTimeAsync();

        await host.Endpoints.UpdateAsync(endpointId, TestHost.Settings("https://moved.test/"));
        changed.Open();

        (await host.Receiver.ReceivedAsync(1)).Single().Url.Should().Be(new Uri("https://moved.test/"));
    }

    [Fact]
    public async Task A_change_by_another_host_reaches_a_host_that_remembers_the_endpoint()
    {
        await using var host = await TestHost.StartAsync();
        await using var other = await TestHost.WithAsync(options => options.Dispatcher.Enabled = false, like: host);
        var endpointId = await host.AddEndpointAsync();
        await host.PublishAsync();
        await host.DeliveryAsync(DeliveryStatus.Succeeded);

        await other.Endpoints.UpdateAsync(endpointId, TestHost.Settings("https://moved.test/"));
        await host.PublishAsync();

        (await host.Receiver.ReceivedAsync(2))[1].Url.Should().Be(new Uri("https://moved.test/"));
    }

    [Fact]
    public async Task What_is_due_for_a_disabled_endpoint_is_held_until_it_is_enabled()
    {
        await using var host = await TestHost.StartAsync();
        host.Receiver.AnswerEach(number => new HttpResponseMessage(number == 1 ? HttpStatusCode.NotFound : HttpStatusCode.OK));
        var endpointId = await host.AddEndpointAsync();
        await host.PublishAsync();
        var retryAt = (await host.DeliveryAsync(delivery => delivery.AttemptCount == 1)).NextAttemptAt!.Value;

        await host.Endpoints.DisableAsync(endpointId, "Maintenance.");
        (await host.PublishAsync()).DeliveryCount.Should().Be(0, "a disabled endpoint gets no new messages");
        host.Clock.SetUtcNow(retryAt);
        (await host.DeliveryAsync(delivery => delivery.IsHeld)).Status.Should().Be(DeliveryStatus.Pending);
        host.Receiver.Requests.Should().ContainSingle();

        await host.Endpoints.EnableAsync(endpointId);
        (await host.DeliveryAsync(DeliveryStatus.Succeeded)).AttemptCount.Should().Be(2);
    }

    [Fact]
    public async Task What_waits_in_the_lane_of_an_endpoint_that_is_disabled_is_held()
    {
        await using var host = await TestHost.WithAsync(options => options.Dispatcher.MaxConcurrencyPerEndpoint = 1);
        var gate = new Gate();
        host.Receiver.AnswerAfter(gate);
        var endpointId = await host.AddEndpointAsync();
        await host.PublishBatchAsync(3);
        await host.Receiver.ReceivedAsync(1);

        await host.Endpoints.DisableAsync(endpointId);
        gate.Open();

        await host.WhenDeliveriesAsync(all =>
            all.Count(delivery => delivery.IsHeld) == 2 && all.Count(delivery => delivery.Status == DeliveryStatus.Succeeded) == 1);
        host.Receiver.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task The_pending_deliveries_of_a_deleted_endpoint_are_canceled_and_not_sent()
    {
        await using var host = await TestHost.WithAsync(options => options.Dispatcher.MaxConcurrencyPerEndpoint = 1);
        var gate = new Gate();
        host.Receiver.AnswerAfter(gate);
        var endpointId = await host.AddEndpointAsync();
        await host.PublishBatchAsync(3);
        await host.Receiver.ReceivedAsync(1);

        await host.Endpoints.DeleteAsync(endpointId);
        (await host.DeliveriesAsync()).Should().OnlyContain(
            delivery => delivery.Status == DeliveryStatus.Canceled && delivery.CompletedAt == TestHost.Noon && delivery.EndpointId == endpointId);
        gate.Open();

        // The answer that came too late changes nothing; the log says so.
        await host.Logs.LoggedAsync(404);
        await host.AddEndpointAsync(TestHost.Settings("https://other.test/"));
        await host.PublishAsync();
        await host.WhenDeliveriesAsync(all => all.Any(delivery => delivery.Status == DeliveryStatus.Succeeded));
        host.Receiver.Requests.Select(request => request.Url.Host).Should().Equal("receiver.test", "other.test");
    }

    [Fact]
    public async Task An_endpoint_that_takes_the_id_of_a_deleted_one_is_another()
    {
        await using var host = await TestHost.StartAsync();
        var first = await host.Endpoints.CreateAsync(TestHost.Settings("https://first.test/"), new() { EndpointId = "shop" });
        await host.PublishAsync();
        await host.DeliveryAsync(DeliveryStatus.Succeeded);

        await host.Endpoints.DeleteAsync("shop");
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        var second = await host.Endpoints.CreateAsync(TestHost.Settings("https://second.test/"), new() { EndpointId = "shop" });
        await host.PublishAsync();

        (await host.Receiver.ReceivedAsync(2))[1].Url.Should().Be(new Uri("https://second.test/"));
        second.Endpoint.Version.Should().BeGreaterThan(first.Endpoint.Version);
    }
}
