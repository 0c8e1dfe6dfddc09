using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Publishing;
using Webhooks.Replay;
using Webhooks.Storage;
using Xunit;

namespace Webhooks.Testing.Conformance;

public abstract partial class WebhookStoreConformance
{
    [Theory]
    [InlineData(false, false, false)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(false, false, true)]
    public async Task A_test_is_leased_for_its_endpoint_alone_whatever_that_takes_and_its_state(bool isDisabled, bool isPaused, bool isOrdered)
    {
        await AddEndpointAsync();
        var endpoint = await AddAsync(A.Endpoint(
            eventTypes: ["order.made"],
            channels: ["eu"],
            status: isDisabled ? EndpointStatus.Disabled : EndpointStatus.Enabled,
            isOrdered: isOrdered,
            filter: """{"total":1}"""));
        if (isPaused)
        {
            await PauseAsync(endpoint, until: 1000);
        }

        var message = TestOf(endpoint, createdAt: 1);
        var appended = await AppendTestAsync(message);

        var lease = Assert.Single(appended.Leased);
        Assert.Equal((message.Id, 1, false, false), (appended.MessageId, appended.DeliveryCount, appended.IsDuplicate, appended.HasFirstInLine));
        Assert.Equal((endpoint, 1, message), (lease.EndpointKey, lease.AttemptNumber, lease.Message));
        Assert.Equal(A.At(LeaseSeconds), (await GetDeliveryAsync(lease)).LeaseUntil);
        Assert.Empty((await ClaimAsync(at: 2)).Deliveries);
        var attempt = A.Success(lease, A.At(3));
        Assert.True(await CompleteAsync(attempt));
        var delivery = Assert.Single(await ReadDeliveriesAsync(message.Id));
        Assert.Equal(
            (DeliveryStatus.Succeeded, endpoint.EndpointId, A.EventType, 1), (delivery.Status, delivery.EndpointId, delivery.EventType, delivery.AttemptCount));
        Assert.Equal(attempt.Attempt.Id, Assert.Single(await ReadAttemptsAsync(lease)).Id);
        Assert.Equal(endpoint.EndpointId, Assert.Single(await ReadMessagesAsync(new MessageQuery { TenantId = A.Tenant })).TestedEndpointId);
        Assert.Equal(isPaused ? A.At(1000) : null, (await GetEndpointAsync(endpoint)).Endpoint.PausedUntil);
    }

    [Fact]
    public async Task A_test_of_an_endpoint_that_is_not_there_has_no_delivery()
    {
        await AddEndpointAsync();
        await AddAsync(A.Endpoint(id: "ep_others", tenant: A.OtherTenant));

        var appended = await AppendTestAsync(A.Message(testedEndpointId: "ep_others", isAtMostOnce: true));

        Assert.Equal((0, false), (appended.DeliveryCount, appended.IsDuplicate));
        Assert.Empty(appended.Leased);
    }

    [Fact]
    public async Task A_test_that_is_there_already_is_a_duplicate()
    {
        var endpoint = await AddEndpointAsync();
        var message = TestOf(endpoint) with { EventId = "key-1" };
        await AppendTestAsync(message);

        foreach (var again in new[] { message, TestOf(endpoint) with { EventId = "key-1" } })
        {
            var duplicate = await AppendTestAsync(again);
            Assert.Equal((message.Id, 1, true), (duplicate.MessageId, duplicate.DeliveryCount, duplicate.IsDuplicate));
            Assert.Empty(duplicate.Leased);
        }

        Assert.Single(await ReadDeliveriesAsync(new DeliveryQuery { TenantId = A.Tenant }));
    }

    [Fact]
    public async Task A_test_is_in_no_replay_and_can_be_sent_again_by_itself()
    {
        var endpoint = await AddEndpointAsync();
        var lease = Assert.Single((await AppendTestAsync(TestOf(endpoint))).Leased);
        await CompleteAsync(A.Failure(lease, A.At(1)));
        await AddEndpointAsync();
        await StartReplayAsync(new ReplayRequest { Selection = ReplaySelection.NeverSent });
        await StartReplayAsync(createdAt: 1);

        foreach (var skipped in new long[] { 0, 1 })
        {
            var turn = await TurnAsync(at: 10);
            Assert.Equal((0, skipped, ReplayStatus.Completed), (turn.ReplayedCount, turn.Job!.SkippedCount, turn.Job.Status));
        }

        Assert.Equal(ResendResult.Resent, await Store.ResendAsync(A.Tenant, lease.Id, A.At(20), resendId: null, default));
        var again = Assert.Single((await ClaimAsync(at: 20)).Deliveries);
        Assert.Equal((lease.Id, 2, true), (again.Id, again.AttemptNumber, again.Message.IsTest));
    }

    private static WebhookMessage TestOf(EndpointKey endpoint, double createdAt = 0) =>
        A.Message(createdAt: A.At(createdAt), testedEndpointId: endpoint.EndpointId, isAtMostOnce: true);

    private async Task<AppendResult> AppendTestAsync(WebhookMessage message) =>
        Assert.Single(await Store.AppendAsync([message], new LeaseGrant(A.Owner, A.At(LeaseSeconds), Limit: 1), default));
}
