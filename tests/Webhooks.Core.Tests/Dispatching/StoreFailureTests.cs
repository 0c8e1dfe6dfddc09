using System.Net;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;
using Webhooks.Storage;

namespace Webhooks.Core.Tests.Dispatching;

/// <summary>The store goes away for a while.</summary>
public sealed class StoreFailureTests
{
    [Fact]
    public async Task Outcomes_that_cannot_be_recorded_are_kept_and_recorded_once_later()
    {
        await using var host = await TestHost.StartAsync();
        await host.AddEndpointAsync();
        var repair = host.Store.Fail(nameof(IDeliveryStore.CompleteAsync));
        await host.PublishBatchAsync(100);
        await host.Receiver.ReceivedAsync(100);
        await host.Logs.LoggedAsync(402);
        host.Clock.Advance(TimeSpan.FromMilliseconds(100));
        await host.Logs.LoggedAsync(402, times: 2);
        (await host.DeliveriesAsync()).Should().OnlyContain(delivery => delivery.Status == DeliveryStatus.Pending);

        repair();
        await AdvanceUntilAsync(host, () => host.Store.Recorded.Count == 100);

        (await host.DeliveriesAsync()).Should().OnlyContain(
            delivery => delivery.Status == DeliveryStatus.Succeeded && delivery.AttemptCount == 1);
        host.Receiver.Requests.Should().HaveCount(100);
        host.Logs.WithId(404).Should().BeEmpty();
    }

    [Fact]
    public async Task While_outcomes_cannot_be_recorded_the_host_takes_no_more_than_it_can_hold()
    {
        await using var host = await TestHost.WithAsync(options => options.Dispatcher.Capacity = 10);
        await host.AddEndpointAsync();
        var repair = host.Store.Fail(nameof(IDeliveryStore.CompleteAsync));
        await host.PublishBatchAsync(100);
        await host.Receiver.ReceivedAsync(10);
        await host.PublishAsync();
        host.Clock.Advance(TimeSpan.FromSeconds(30));
        await host.Logs.LoggedAsync(402, times: 2);
        host.Receiver.Requests.Should().HaveCount(10);

        repair();
        await AdvanceUntilAsync(host, () => host.Store.Recorded.Count == 101);
    }

    [Fact]
    public async Task Claims_that_fail_are_tried_again_more_and_more_slowly()
    {
        await using var host = await TestHost.WithAsync(options =>
        {
            options.Retry.Delays = [TimeSpan.FromMilliseconds(1)];
            options.Retry.Jitter = 0;
        });
        host.Receiver.AnswerEach(number => new HttpResponseMessage(number == 1 ? HttpStatusCode.NotFound : HttpStatusCode.OK));
        await host.AddEndpointAsync();
        await host.PublishAsync();
        await host.DeliveryAsync(delivery => delivery.AttemptCount == 1);
        var repair = host.Store.Fail(nameof(IDeliveryStore.ClaimAsync));
        for (var failures = 1; failures <= 8; failures++)
        {
            host.Clock.Advance(TimeSpan.FromSeconds(10));
            await host.Logs.LoggedAsync(300, failures);
        }

        host.Logs.WithId(300).Select(entry => TimeSpan.Parse(entry.Message.Split(' ')[^1].TrimEnd('.')).TotalSeconds)
            .Should().StartWith([0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10, 10]);
        repair();
        await AdvanceUntilAsync(host, () => host.Store.Recorded.Any(outcome => outcome.Status == DeliveryStatus.Succeeded));
    }

    [Fact]
    public async Task While_claims_fail_what_is_published_is_handed_over_all_the_same()
    {
        await using var host = TestHost.Create();
        var repair = host.Store.Fail(nameof(IDeliveryStore.ClaimAsync));
        await host.StartAsync();
        await host.Logs.LoggedAsync(300);
        await host.AddEndpointAsync();

        await host.PublishBatchAsync(50);

        await host.WhenDeliveriesAsync(all => all.All(delivery => delivery.Status == DeliveryStatus.Succeeded));
        repair();
    }

    [Fact]
    public async Task An_endpoint_that_cannot_be_read_costs_no_attempt()
    {
        await using var host = await TestHost.StartAsync();
        await host.AddEndpointAsync();
        var repair = host.Store.Fail(nameof(IEndpointStore.GetEndpointAsync));
        await host.PublishAsync();
        await host.Logs.LoggedAsync(401);
        repair();

        await AdvanceUntilAsync(host, () => !host.Store.Recorded.IsEmpty);

        (await host.DeliveryAsync(DeliveryStatus.Succeeded)).AttemptCount.Should().Be(1);
    }

    [Fact]
    public async Task Gone_that_cannot_be_noted_is_noted_at_the_next_answer()
    {
        await using var host = await TestHost.StartAsync();
        host.Receiver.AnswerWith(HttpStatusCode.Gone);
        var endpointId = await host.AddEndpointAsync();
        var repair = host.Store.Fail(nameof(IEndpointStore.ReplaceEndpointAsync));
        await host.PublishAsync();
        (await host.DeliveryAsync(DeliveryStatus.Failed)).LastStatusCode.Should().Be(410);
        host.Logs.WithId(406).Should().ContainSingle();
        repair();

        await host.PublishAsync();

        await host.Logs.LoggedAsync(405);
        (await host.Endpoints.GetAsync(endpointId))!.Status.Should().Be(Webhooks.Endpoints.EndpointStatus.Disabled);
    }

    [Fact]
    public async Task An_outcome_whose_lease_was_lost_changes_nothing_and_frees_its_room()
    {
        await using var host = await TestHost.WithAsync(options =>
        {
            options.Dispatcher.Capacity = 1;
            options.Dispatcher.AttemptTimeout = TimeSpan.FromSeconds(60);
        });
        var gate = new Gate();
        host.Receiver.AnswerAfter(gate);
        await host.AddEndpointAsync();
        await host.PublishAsync();
        await host.Receiver.ReceivedAsync(1);

        // Another dispatcher takes the delivery as if the lease had run out, and ends it.
        var later = TestHost.Noon.AddMinutes(5);
        var stolen = (await host.Store.Inner.ClaimAsync(new ClaimRequest("thief", later, later.AddMinutes(1), 10), default)).Deliveries.Single();
        await host.Store.Inner.CompleteAsync("thief", [Success(stolen, later)], default);
        gate.Open();

        await host.Logs.LoggedAsync(404);
        var delivery = await host.DeliveryAsync(DeliveryStatus.Succeeded);
        delivery.Should().BeEquivalentTo(new { AttemptCount = 1, CompletedAt = later, LastStatusCode = 299 });
        (await host.AttemptsAsync()).Should().ContainSingle();
        await host.PublishAsync();
        await host.Receiver.ReceivedAsync(2);
    }

    private static DeliveryOutcome Success(LeasedDelivery delivery, DateTimeOffset at) => new(
        new DeliveryAttempt
        {
            Id = "atmpt_thief",
            TenantId = delivery.Message.TenantId,
            DeliveryId = delivery.Id,
            Number = delivery.AttemptNumber,
            StartedAt = at,
            Duration = TimeSpan.Zero,
            StatusCode = 299,
        },
        DeliveryStatus.Succeeded,
        RetryAt: null);

    private static async Task AdvanceUntilAsync(TestHost host, Func<bool> condition)
    {
        var reached = host.Store.Changed.WhenAsync(condition);
        while (!reached.IsCompleted)
        {
            await Task.WhenAny(reached, host.Clock.WaitForTimerAsync(TimeSpan.FromSeconds(10)));
            host.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await reached;
    }
}
