using Webhooks.Dispatching;
using Webhooks.Replay;
using Webhooks.Storage;
using Xunit;

namespace Webhooks.Testing.Conformance;

public abstract partial class WebhookStoreConformance
{
    [Fact]
    public async Task A_delayed_message_is_not_leased_on_append_and_claimed_when_its_time_has_come()
    {
        await AddEndpointAsync();
        var delayed = A.Message(deliverAt: A.At(100));

        var results = await Store.AppendAsync(
            [A.Message(), delayed, A.Message()], new LeaseGrant(A.Owner, A.At(LeaseSeconds), Limit: 2), default);

        Assert.Equal([1, 0, 1], results.Select(result => result.Leased.Count));
        var delivery = Assert.Single(await ReadDeliveriesAsync(delayed.Id));
        Assert.Equal((DeliveryStatus.Pending, A.At(100), false), (delivery.Status, delivery.NextAttemptAt, delivery.IsHeld));
        var early = await ClaimAsync(at: 1, owner: A.OtherOwner);
        Assert.Empty(early.Deliveries);
        Assert.Equal(A.At(LeaseSeconds), early.NextDueAt);
        Assert.Equal(2, (await ClaimAsync(at: 99.999, owner: A.OtherOwner)).Deliveries.Count);
        var lease = Assert.Single((await ClaimAsync(at: 100, limit: 1, owner: A.OtherOwner)).Deliveries);
        Assert.Equal((delayed.Id, 1, A.At(100)), (lease.Message.Id, lease.AttemptNumber, lease.Message.DeliverAt));
    }

    [Fact]
    public async Task A_claim_tells_when_a_delayed_message_is_due()
    {
        await AddEndpointAsync();
        await AppendAsync(A.Message(deliverAt: A.At(5000)), A.Message(deliverAt: A.At(3000)));

        var claim = await ClaimAsync(at: 1);

        Assert.Equal((A.At(3000), false), (claim.NextDueAt, claim.HasMore));
        Assert.Null(await Store.FindOldestDueAsync(A.At(2999), default));
    }

    [Fact]
    public async Task The_end_of_a_pause_brings_no_delayed_message_forward()
    {
        var endpoint = await AddEndpointAsync();
        await PauseAsync(endpoint, until: 10, owner: A.Owner);
        var delayed = A.Message(deliverAt: A.At(100));
        await AppendAsync(A.Message(), delayed);
        Assert.Equal(A.At(100), Assert.Single(await ReadDeliveriesAsync(delayed.Id)).NextAttemptAt);

        var held = await ClaimHeldAsync(endpoint, at: 1);

        Assert.NotEqual(delayed.Id, Assert.Single(held.Deliveries).Message.Id);
        Assert.True(held.IsOver);
        await CompleteAsync(A.Success(held.Deliveries[0]));
        Assert.Empty((await ClaimAsync(at: 99)).Deliveries);
        Assert.Equal(delayed.Id, Assert.Single((await ClaimAsync(at: 100)).Deliveries).Message.Id);
    }

    [Fact]
    public async Task A_delayed_message_becomes_held_when_its_time_comes_in_a_pause()
    {
        var endpoint = await AddEndpointAsync();
        var delayed = A.Message(deliverAt: A.At(100));
        await AppendAsync(delayed);
        await DisableAsync(endpoint);

        Assert.Empty((await ClaimAsync(at: 100)).Deliveries);
        Assert.True(Assert.Single(await ReadDeliveriesAsync(delayed.Id)).IsHeld);

        await EnableAsync(endpoint, at: 200);
        Assert.Equal([endpoint], (await ClaimAsync(at: 200)).Resumed);
        Assert.Equal(delayed.Id, Assert.Single((await ClaimHeldAsync(endpoint, at: 200)).Deliveries).Message.Id);
    }

    [Fact]
    public async Task A_delayed_message_goes_to_the_endpoints_that_match_when_it_is_published()
    {
        var endpoint = await AddEndpointAsync();
        var delayed = A.Message(deliverAt: A.At(100));
        Assert.Equal(1, (await AppendAsync(delayed))[0].DeliveryCount);
        await AddEndpointAsync();

        Assert.Equal(endpoint, Assert.Single((await ClaimAsync(at: 100)).Deliveries).EndpointKey);
    }

    [Fact]
    public async Task Deleting_an_endpoint_cancels_what_is_delayed_for_it()
    {
        var endpoint = await AddEndpointAsync();
        var delayed = A.Message(deliverAt: A.At(100));
        await AppendAsync(delayed);

        await Store.DeleteEndpointAsync(endpoint, expectedVersion: null, A.At(1), null, default);

        Assert.Equal(CancelReason.EndpointDeleted, Assert.Single(await ReadDeliveriesAsync(delayed.Id)).CancelReason);
        Assert.Empty((await ClaimAsync(at: 100)).Deliveries);
    }

    [Fact]
    public async Task Retention_leaves_a_delayed_message_alone()
    {
        await AddEndpointAsync();
        var delayed = A.Message(deliverAt: A.At(1_000_000));
        await AppendAsync(delayed);

        await Store.PruneAsync(new PruneRequest(A.At(900_000), A.At(900_000), Limit: 1000), default);

        Assert.Equal(delayed.Id, Assert.Single((await ClaimAsync(at: 1_000_000)).Deliveries).Message.Id);
    }

    [Fact]
    public async Task Nobody_sends_a_delayed_message_before_its_time()
    {
        var endpoint = await AddEndpointAsync();
        var waiting = A.Message(deliverAt: A.At(100));
        await AppendAsync(waiting);
        var id = Assert.Single(await ReadDeliveriesAsync(waiting.Id)).Id;
        Assert.Equal(ResendResult.NotYet, await Store.ResendAsync(A.Tenant, id, A.At(99), resendId: null, default));

        await Store.CancelPendingAsync(endpoint, A.At(1), limit: 10, default);
        Assert.Equal(ResendResult.NotYet, await Store.ResendAsync(A.Tenant, id, A.At(99), resendId: null, default));
        var late = await AddEndpointAsync();
        await StartReplayAsync(new ReplayRequest { Selection = ReplaySelection.Canceled });
        await StartReplayAsync(new ReplayRequest { Selection = ReplaySelection.NeverSent }, createdAt: 1);
        Assert.Equal(1, (await TurnAsync(at: 50)).ReplayedCount);
        Assert.Equal(1, (await TurnAsync(at: 50)).ReplayedCount);

        Assert.Empty((await ClaimAsync(at: 99)).Deliveries);
        Assert.Equal(
            new[] { endpoint, late }.Select(key => key.EndpointId).Order(),
            (await ClaimAsync(at: 100)).Deliveries.Select(lease => lease.EndpointId).Order());
    }

    [Fact]
    public async Task A_delayed_message_gets_in_line_when_its_time_has_come_and_holds_nobody_up_before()
    {
        var endpoint = await AddOrderedAsync();
        var delayed = A.Message(createdAt: A.At(0), deliverAt: A.At(100));
        var second = A.Message(createdAt: A.At(1));
        Assert.False((await AppendAsync(delayed))[0].HasFirstInLine);
        await AppendAsync(second);
        Assert.Equal([endpoint], (await ClaimAsync(at: 1)).Resumed);
        var first = Assert.Single((await ClaimHeldAsync(endpoint, at: 1)).Deliveries);
        Assert.Equal(second.Id, first.Message.Id);
        await CompleteAsync(A.Success(first));
        Assert.True((await ClaimHeldAsync(endpoint, at: 2)).IsOver);

        // One claim puts it in line; that one or the next takes the endpoint over.
        Assert.Empty((await ClaimAsync(at: 100)).Deliveries);
        Assert.Empty((await ClaimAsync(at: 100)).Deliveries);

        Assert.Equal(delayed.Id, Assert.Single((await ClaimHeldAsync(endpoint, at: 101)).Deliveries).Message.Id);
    }
}
