using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;
using Webhooks.Storage;

namespace Webhooks.Core.Tests.Dispatching;

public sealed class StopTests
{
    [Fact]
    public async Task Attempts_under_way_are_finished_and_recorded_and_what_waits_goes_to_the_next_host_at_once()
    {
        await using var host = await TestHost.WithAsync(options => options.Dispatcher.MaxConcurrencyPerEndpoint = 2);
        var gate = new Gate();
        host.Receiver.AnswerAfter(gate);
        await host.AddEndpointAsync();
        await host.PublishBatchAsync(10);
        await host.Receiver.WhenAsync(receiver => receiver.Open == 2);

        var stop = host.StopAsync();
        stop.IsCompleted.Should().BeFalse();
        gate.Open();
        await stop;

        host.Receiver.Requests.Should().HaveCount(2);
        (await host.DeliveriesAsync()).Count(delivery => delivery.Status == DeliveryStatus.Succeeded).Should().Be(2);
        await using var next = await TestHost.StartAsync(like: host);
        await next.WhenDeliveriesAsync(all => all.All(delivery => delivery.Status == DeliveryStatus.Succeeded));
        next.Receiver.Requests.Should().HaveCount(8);
        host.Clock.GetUtcNow().Should().Be(TestHost.Noon, "nobody had to wait for a lease to end");
    }

    [Fact]
    public async Task A_host_without_patience_breaks_attempts_off_and_releases_them_without_a_trace()
    {
        await using var host = await TestHost.StartAsync();
        host.Receiver.AnswerAfter(new Gate());
        await host.AddEndpointAsync();
        await host.PublishBatchAsync(3);
        await host.Receiver.WhenAsync(receiver => receiver.Open == 3);
        using var patience = new CancellationTokenSource();
        var stop = host.StopAsync(patience.Token);
        host.Receiver.Open.Should().Be(3);

        await patience.CancelAsync();
        await Task.WhenAny(stop).InTimeAsync();

        host.Receiver.Open.Should().Be(0);
        await using var next = await TestHost.StartAsync(like: host);
        await next.WhenDeliveriesAsync(all => all.All(delivery => delivery is { Status: DeliveryStatus.Succeeded, AttemptCount: 1 }));
        next.Receiver.Requests.Should().HaveCount(3);
    }

    [Fact]
    public async Task What_is_published_after_the_stop_is_stored_for_the_next_host()
    {
        await using var host = await TestHost.StartAsync();
        await host.AddEndpointAsync();
        await host.StopAsync();

        (await host.PublishAsync()).DeliveryCount.Should().Be(1);

        host.Receiver.Requests.Should().BeEmpty();
        await using var next = await TestHost.StartAsync(like: host);
        await next.Receiver.ReceivedAsync(1);
    }

    [Fact]
    public async Task What_is_being_stored_during_the_stop_goes_to_the_next_host_at_once()
    {
        await using var host = await TestHost.StartAsync();
        await host.AddEndpointAsync();
        var storing = new Gate();
        var stored = new Gate();
        host.Store.Before = async member =>
        {
            if (member == nameof(IMessageStore.AppendAsync))
            {
                storing.Open();
                await stored.PassAsync();
            }
        };
        var publish = host.PublishAsync();
        await storing.PassAsync().InTimeAsync();

        var stop = host.StopAsync();
        stored.Open();
        await stop;
        (await publish).DeliveryCount.Should().Be(1);

        await using var next = await TestHost.StartAsync(like: host);
        (await next.DeliveryAsync(DeliveryStatus.Succeeded)).AttemptCount.Should().Be(1);
        host.Clock.GetUtcNow().Should().Be(TestHost.Noon, "nobody had to wait for a lease to end");
    }

    [Fact]
    public async Task An_endpoint_that_was_taken_over_is_handed_over()
    {
        await using var host = await TestHost.WithAsync(options =>
        {
            options.Dispatcher.CapacityPerEndpoint = 4;
            options.Dispatcher.MaxConcurrencyPerEndpoint = 2;
        });
        var gate = new Gate();
        host.Receiver.AnswerAfter(gate);
        await host.AddEndpointAsync();
        await host.PublishBatchAsync(100);
        await host.WhenDeliveriesAsync(all => all.Count(delivery => delivery.IsHeld) >= 90);
        await host.Receiver.WhenAsync(receiver => receiver.Open == 2);

        var stop = host.StopAsync();
        gate.Open();
        await stop;

        await using var next = await TestHost.StartAsync(like: host);
        await next.WhenDeliveriesAsync(all => all.All(delivery => delivery.Status == DeliveryStatus.Succeeded));
        host.Clock.GetUtcNow().Should().Be(TestHost.Noon, "nobody had to wait for a lease to end");
    }

    [Fact]
    public async Task A_store_that_is_away_does_not_keep_a_host_from_stopping()
    {
        await using var host = await TestHost.StartAsync();
        await host.AddEndpointAsync();
        var repairOutcomes = host.Store.Fail(nameof(IDeliveryStore.CompleteAsync));
        await host.PublishAsync();
        await host.Logs.LoggedAsync(402);

        await host.StopAsync();

        host.Logs.WithId(403).Should().ContainSingle();
        repairOutcomes();

        // Nothing is lost: the lease ends and the delivery goes out again.
        await using var next = await TestHost.StartAsync(like: host);
        host.Clock.Advance(TimeSpan.FromMinutes(2));
        await next.DeliveryAsync(DeliveryStatus.Succeeded);
    }

    [Fact]
    public async Task What_a_host_held_that_died_goes_out_when_its_leases_end()
    {
        await using var dead = await TestHost.WithAsync(options => options.Dispatcher.MaxConcurrencyPerEndpoint = 2);
        dead.Receiver.AnswerAfter(new Gate());
        await dead.AddEndpointAsync();
        await dead.PublishBatchAsync(20);
        await dead.Receiver.WhenAsync(receiver => receiver.Open == 2);

        // The dead one does not reach the store any more.
        dead.Store.Before = _ => Task.FromException(new WebhookStoreException("The process has died."));
        await using var next = TestHost.Create(store: new StoreProbe(dead.Store.Inner));
        await next.StartAsync();
        next.Clock.Advance(TimeSpan.FromMinutes(2) - TimeSpan.FromSeconds(1));
        (await next.DeliveriesAsync()).Should().OnlyContain(delivery => delivery.Status == DeliveryStatus.Pending);
        next.Clock.Advance(TimeSpan.FromSeconds(1));

        await next.WhenDeliveriesAsync(all => all.All(delivery => delivery.Status == DeliveryStatus.Succeeded));
        next.Receiver.Requests.Should().HaveCount(20);
    }
}
