using Webhooks.Dispatching;
using Webhooks.Replay;
using Webhooks.Storage;
using Xunit;

namespace Webhooks.Testing.Conformance;

public abstract partial class WebhookStoreConformance
{
    private static readonly ReplayRequest NeverSent = new() { Selection = ReplaySelection.NeverSent };

    [Fact]
    public async Task An_endpoint_that_was_created_later_gets_the_messages_that_it_would_get_now()
    {
        await AddEndpointAsync();
        await AppendAsync(
            A.Message(id: "msg_a", createdAt: A.At(1)),
            A.Message(id: "msg_b", createdAt: A.At(2), channels: ["eu"]),
            A.Message(id: "msg_c", createdAt: A.At(3), eventType: "other.type"),
            A.Message(id: "msg_d", createdAt: A.At(4), channels: ["us"]));
        await ClaimAsync(at: 5);
        var late = await AddAsync(A.Endpoint(eventTypes: ["order.*"], channels: ["eu"]));
        var all = await AddAsync(A.Endpoint(eventTypes: ["*"]));
        await AddAsync(A.Endpoint(status: Webhooks.Endpoints.EndpointStatus.Disabled));
        await StartReplayAsync(NeverSent with { EndpointId = late.EndpointId });
        await StartReplayAsync(NeverSent with { EndpointId = all.EndpointId, EventType = "other.type" }, createdAt: 1);

        var first = await TurnAsync(at: 10);
        var second = await TurnAsync(at: 10);

        Assert.Equal((1, ReplayStatus.Completed, 0L), (first.ReplayedCount, first.Job!.Status, first.Job.SkippedCount));
        Assert.Equal(1, second.ReplayedCount);
        var leases = (await ClaimAsync(at: 10, owner: A.OtherOwner)).Deliveries;
        Assert.Equal(
            [("msg_b", late.EndpointId), ("msg_c", all.EndpointId)],
            leases.Select(lease => (lease.Message.Id, lease.EndpointId)).Order());
        Assert.All(leases, lease => Assert.Equal((1, null), (lease.AttemptNumber, lease.Resend)));
        Assert.True(await CompleteAsync(A.Success(leases[0]), A.OtherOwner));
    }

    [Fact]
    public async Task A_delivery_that_is_added_to_an_old_message_is_like_its_others()
    {
        await AppendAsync(A.Message(id: "msg_a", createdAt: A.At(1)));
        var endpoint = await AddEndpointAsync();
        await StartReplayAsync(NeverSent);
        Assert.Equal(1, (await TurnAsync(at: 10)).ReplayedCount);

        var added = Assert.Single(await ReadDeliveriesAsync("msg_a"));

        Assert.Equal(
            new WebhookDelivery
            {
                Id = added.Id,
                TenantId = A.Tenant,
                MessageId = "msg_a",
                EndpointId = endpoint.EndpointId,
                EventType = A.EventType,
                Status = DeliveryStatus.Pending,
                AttemptCount = 0,
                CreatedAt = A.At(1),
                NextAttemptAt = A.At(10),
            },
            added);
        Assert.Equal(added, await Store.GetDeliveryAsync(A.Tenant, added.Id, default));
        Assert.Equal(added, Assert.Single(await ReadDeliveriesAsync(new DeliveryQuery { TenantId = A.Tenant })));
        Assert.Equal(added, Assert.Single(await ReadDeliveriesAsync(new DeliveryQuery { TenantId = A.Tenant, EndpointId = endpoint.EndpointId })));
    }

    [Fact]
    public async Task A_message_that_an_endpoint_has_a_delivery_of_is_not_sent_to_it_again_whatever_became_of_it()
    {
        await AddEndpointAsync();
        await CompleteAsync(A.Failure(await AppendLeasedAsync(at: 0)));
        await CompleteAsync(A.Success(await AppendLeasedAsync(at: 1)));
        await AppendAsync(A.Message(createdAt: A.At(2)));
        await StartReplayAsync(NeverSent);
        await StartReplayAsync(NeverSent, createdAt: 1);

        Assert.Equal(0, (await TurnAsync(at: 10)).ReplayedCount);
        Assert.Equal(0, (await TurnAsync(at: 10)).ReplayedCount);

        Assert.Equal(3, (await ReadDeliveriesAsync(new DeliveryQuery { TenantId = A.Tenant })).Count);
    }

    [Fact]
    public async Task All_that_a_message_lacks_is_added_in_one_turn_and_waits_for_an_endpoint_that_is_paused()
    {
        await AddEndpointAsync();
        await AppendAsync(A.Message(createdAt: A.At(0)), A.Message(createdAt: A.At(1)));
        await ClaimAsync(at: 1);
        var paused = await AddEndpointAsync();
        await AddEndpointAsync();
        await AddEndpointAsync();
        await StartReplayAsync(NeverSent);

        Assert.Equal((3, ReplayStatus.Active), await AtAsync(10));
        await PauseAsync(paused, until: 500);
        Assert.Equal((0, ReplayStatus.Active), await AtAsync(20));
        Assert.Equal((3, ReplayStatus.Completed), await AtAsync(50));
        Assert.Equal(8, (await ReadDeliveriesAsync(new DeliveryQuery { TenantId = A.Tenant })).Count);

        async Task<(int, ReplayStatus)> AtAsync(double at)
        {
            var turn = await TurnAsync(at, limit: 2);
            return (turn.ReplayedCount, turn.Job!.Status);
        }
    }

    [Fact]
    public async Task A_message_stays_as_long_as_a_delivery_that_was_added_to_it_is_pending()
    {
        await AppendAsync(A.Message(id: "msg_a"));
        await AddEndpointAsync();
        await StartReplayAsync(NeverSent);
        await TurnAsync(at: 1);

        await Store.PruneAsync(new PruneRequest(A.At(1_000_000), A.Start, Limit: 1000), default);

        Assert.NotNull(await Store.GetMessageAsync(A.Tenant, "msg_a", default));
        Assert.Equal("msg_a", Assert.Single((await ClaimAsync(at: 1)).Deliveries).Message.Id);
    }
}
