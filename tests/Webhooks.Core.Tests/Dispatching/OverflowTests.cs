using System.Net;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;
using Webhooks.Storage;

namespace Webhooks.Core.Tests.Dispatching;

/// <summary>One endpoint gets more than its lane holds: the rest waits in the store, and nothing is lost or sent twice.</summary>
public sealed class OverflowTests
{
    [Fact]
    public async Task A_thousand_messages_to_a_slow_endpoint_all_arrive_once_through_a_small_lane()
    {
        await using var host = await TestHost.WithAsync(options =>
        {
            options.Dispatcher.CapacityPerEndpoint = 10;
            options.Dispatcher.Capacity = 200;
            options.Dispatcher.MaxConcurrencyPerEndpoint = 4;
        });
        var gate = new Gate();
        host.Receiver.AnswerAfter(gate);
        var endpointId = await host.AddEndpointAsync();
        await host.PublishBatchAsync(1_000);

        // What the host holds is leased; everything else waits in the store without a due time.
        await host.WhenDeliveriesAsync(all => all.Count(delivery => delivery.IsHeld) >= 1_000 - 14);
        (await host.Endpoints.GetAsync(endpointId))!.PausedUntil.Should().NotBeNull();
        await host.Receiver.WhenAsync(receiver => receiver.Open == 4);

        gate.Open();

        await host.WhenDeliveriesAsync(all => all.Count == 1_000 && all.All(delivery => delivery.Status == DeliveryStatus.Succeeded));
        host.Receiver.Requests.Should().HaveCount(1_000);
        host.Receiver.Requests.Select(request => request.MessageId).Distinct().Should().HaveCount(1_000);
        host.Receiver.MostOpen.Should().Be(4);
        host.Logs.WithId(404).Should().BeEmpty();
        (await host.Endpoints.GetAsync(endpointId))!.PausedUntil.Should().BeNull();

        (await host.PublishAsync()).DeliveryCount.Should().Be(1);
        await host.Receiver.ReceivedAsync(1_001);

        // The store is not asked any more for what is held.
        var (claims, heldClaims) = (Claims(host), HeldClaims(host));
        for (var rounds = 1; rounds <= 3; rounds++)
        {
            await host.Clock.WaitForTimerAsync(TimeSpan.FromSeconds(10)).InTimeAsync();
            host.Clock.Advance(TimeSpan.FromSeconds(10));
            await host.Store.Changed.WhenAsync(() => Claims(host) >= claims + rounds);
        }

        HeldClaims(host).Should().Be(heldClaims);
    }

    [Fact]
    public async Task What_is_more_than_the_free_room_does_not_wait_for_the_poll()
    {
        await using var host = await TestHost.WithAsync(options => options.Dispatcher.Capacity = 8);
        await host.Clock.WaitForTimerAsync(TimeSpan.FromSeconds(10)).InTimeAsync();
        await host.AddEndpointAsync();

        await host.PublishBatchAsync(20);

        await host.WhenDeliveriesAsync(all => all.All(delivery => delivery.Status == DeliveryStatus.Succeeded));
        host.Clock.GetUtcNow().Should().Be(TestHost.Noon);
    }

    [Fact]
    public async Task Everything_arrives_once_through_the_smallest_host_there_can_be()
    {
        await using var host = await TestHost.WithAsync(options =>
        {
            options.Dispatcher.Capacity = 1;
            options.Dispatcher.CapacityPerEndpoint = 1;
            options.Dispatcher.MaxConcurrency = 1;
            options.Dispatcher.MaxConcurrencyPerEndpoint = 1;
        });
        await host.AddEndpointAsync(TestHost.Settings("https://one.test/"));
        await host.AddEndpointAsync(TestHost.Settings("https://two.test/"));

        await host.PublishBatchAsync(50);
        await host.PublishManyAsync(50);

        await host.WhenDeliveriesAsync(all => all.Count == 200 && all.All(delivery => delivery.Status == DeliveryStatus.Succeeded));
        host.Receiver.Requests.Should().HaveCount(200);
    }

    [Fact]
    public async Task A_backlog_that_outlasts_its_leases_arrives_once_when_its_endpoint_recovers()
    {
        await using var host = await TestHost.WithAsync(options =>
        {
            options.Dispatcher.CapacityPerEndpoint = 20;
            options.Dispatcher.MaxConcurrencyPerEndpoint = 2;
            options.Dispatcher.LeaseDuration = TimeSpan.FromSeconds(30);
        });
        var hangs = true;
        host.Receiver.Answer = async (_, token) =>
        {
            await (Volatile.Read(ref hangs) ? new Gate().PassAsync(token) : Task.CompletedTask);
            return new HttpResponseMessage(HttpStatusCode.OK);
        };
        await host.AddEndpointAsync();
        await host.PublishBatchAsync(20);
        await host.Receiver.WhenAsync(receiver => receiver.Open == 2);
        for (var round = 1; round <= 10; round++)
        {
            host.Clock.Advance(TimeSpan.FromSeconds(15));
            await host.Store.Changed.WhenAsync(() => host.Store.Recorded.Count == round * 2);
            await host.Receiver.WhenAsync(receiver => receiver.Open == 2 && receiver.Requests.Count == (round + 1) * 2);
        }

        // The two under way time out once more; then everything that is due, or will be, finds it well again.
        Volatile.Write(ref hangs, false);
        for (var ended = 0; ended < 20; ended = host.Store.Recorded.Count(IsSuccess))
        {
            host.Clock.Advance(TimeSpan.FromSeconds(15));
            await host.WhenDeliveriesAsync(all => all.All(delivery =>
                delivery.Status == DeliveryStatus.Succeeded || IsRetryLater(host, delivery)));
        }

        await host.WhenDeliveriesAsync(all => all.All(delivery => delivery.Status == DeliveryStatus.Succeeded));
        host.Store.Recorded.Count(IsSuccess).Should().Be(20);
        host.Receiver.Requests.Should().HaveCount(host.Store.Recorded.Count, "no attempt was made that is not recorded");
        host.Logs.WithId(404).Should().BeEmpty();
    }

    [Fact]
    public async Task An_endpoint_that_is_deleted_while_its_lane_overflows_takes_its_room_with_it()
    {
        await using var host = await TestHost.WithAsync(options =>
        {
            options.Dispatcher.CapacityPerEndpoint = 4;
            options.Dispatcher.Capacity = 16;
            options.Dispatcher.MaxConcurrencyPerEndpoint = 2;
        });
        var gate = new Gate();
        host.Receiver.AnswerAfter(gate);
        var endpointId = await host.AddEndpointAsync();
        await host.PublishBatchAsync(100);
        await host.Receiver.WhenAsync(receiver => receiver.Open == 2);

        await host.Endpoints.DeleteAsync(endpointId);
        gate.Open();
        await host.AddEndpointAsync(TestHost.Settings("https://other.test/"));
        await host.PublishBatchAsync(100);

        await host.WhenDeliveriesAsync(all => all.Count(delivery => delivery.Status == DeliveryStatus.Succeeded) == 100
            && all.Count(delivery => delivery.Status == DeliveryStatus.Canceled) == 100);
    }

    [Fact]
    public async Task What_waited_for_deleted_endpoints_leaves_its_room()
    {
        await using var host = await TestHost.WithAsync(options =>
        {
            options.Dispatcher.Capacity = 8;
            options.Dispatcher.MaxConcurrencyPerEndpoint = 1;
        });
        for (var round = 1; round <= 10; round++)
        {
            var gate = new Gate();
            host.Receiver.AnswerAfter(gate);
            var endpointId = await host.AddEndpointAsync();
            await host.PublishBatchAsync(4);
            await host.Receiver.ReceivedAsync(round);

            await host.Endpoints.DeleteAsync(endpointId);
            gate.Open();
            await host.Logs.LoggedAsync(404, round);
        }

        await host.AddEndpointAsync();
        await host.PublishBatchAsync(4);
        await host.WhenDeliveriesAsync(all => all.Count(delivery => delivery.Status == DeliveryStatus.Succeeded) == 4);
    }

    private static int Claims(TestHost host) => host.Store.CallsOf(nameof(IDeliveryStore.ClaimAsync));

    private static int HeldClaims(TestHost host) => host.Store.CallsOf(nameof(IDeliveryStore.ClaimHeldAsync));

    private static bool IsRetryLater(TestHost host, WebhookDelivery delivery) =>
        delivery.NextAttemptAt > host.Clock.GetUtcNow()
        && host.Store.Recorded.Any(outcome => outcome.Attempt.DeliveryId == delivery.Id && outcome.RetryAt == delivery.NextAttemptAt);

    private static bool IsSuccess(DeliveryOutcome outcome) => outcome.Status == DeliveryStatus.Succeeded;
}
