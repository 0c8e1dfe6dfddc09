using Webhooks.Dispatching;
using Webhooks.Replay;
using Webhooks.Storage;
using Xunit;

namespace Webhooks.Testing.Conformance;

public abstract partial class WebhookStoreConformance
{
    [Fact]
    public async Task A_message_is_leased_until_it_expires_and_canceled_by_the_claim_that_meets_it_then()
    {
        await AddEndpointAsync();
        var expiring = A.Message(expiresAt: A.At(100));
        await AppendAsync(expiring);
        var lease = Assert.Single((await ClaimAsync(at: 99.999)).Deliveries);
        Assert.Equal(A.At(100), lease.Message.ExpiresAt);
        await ReleaseAsync(lease, dueAt: 99.999);

        var claim = await ClaimAsync(at: 100);

        Assert.Empty(claim.Deliveries);
        Assert.Null(claim.NextDueAt);
        var delivery = await GetDeliveryAsync(lease);
        Assert.Equal(
            (DeliveryStatus.Canceled, CancelReason.Expired, A.At(100), 0),
            (delivery.Status, delivery.CancelReason, delivery.CompletedAt, delivery.AttemptCount));
        Assert.False(await CompleteAsync(A.Success(lease)));
    }

    [Fact]
    public async Task An_attempt_that_began_in_time_can_be_completed_afterwards()
    {
        await AddEndpointAsync();
        await AppendAsync(A.Message(expiresAt: A.At(100)));
        var lease = Assert.Single((await ClaimAsync(at: 99)).Deliveries);
        Assert.Empty((await ClaimAsync(at: 101)).Deliveries);

        Assert.True(await CompleteAsync(A.Success(lease, A.At(99))));

        Assert.Equal(DeliveryStatus.Succeeded, (await GetDeliveryAsync(lease)).Status);
    }

    [Fact]
    public async Task A_retry_that_is_due_after_the_expiry_is_canceled()
    {
        await AddEndpointAsync();
        await AppendAsync(A.Message(expiresAt: A.At(100)));
        var lease = Assert.Single((await ClaimAsync(at: 1)).Deliveries);
        await CompleteAsync(A.Retry(lease, A.At(200), A.At(2)));

        Assert.Empty((await ClaimAsync(at: 200)).Deliveries);

        var delivery = await GetDeliveryAsync(lease);
        Assert.Equal((CancelReason.Expired, 1, 500), (delivery.CancelReason, delivery.AttemptCount, delivery.LastStatusCode));
        Assert.Single(await ReadAttemptsAsync(lease));
    }

    [Fact]
    public async Task What_has_expired_counts_against_the_limit_of_a_claim()
    {
        await AddEndpointAsync();
        await AppendAsync(
            A.Message(createdAt: A.At(1), expiresAt: A.At(5)),
            A.Message(createdAt: A.At(2), expiresAt: A.At(5)),
            A.Message(createdAt: A.At(3)));

        var first = await ClaimAsync(at: 10, limit: 2);
        Assert.Empty(first.Deliveries);
        Assert.Equal((true, A.At(3)), (first.HasMore, first.NextDueAt));

        Assert.Single((await ClaimAsync(at: 10, limit: 2)).Deliveries);
    }

    [Fact]
    public async Task What_expires_while_its_endpoint_is_disabled_is_not_sent_when_it_is_enabled()
    {
        var endpoint = await AddEndpointAsync();
        var expiring = A.Message(expiresAt: A.At(100));
        await PauseAsync(endpoint, until: 5);
        await AppendAsync(expiring, A.Message(id: "msg_stays"), A.Message(expiresAt: A.At(100)));
        await DisableAsync(endpoint);
        await EnableAsync(endpoint, at: 200);
        Assert.Equal([endpoint], (await ClaimAsync(at: 200)).Resumed);

        var leased = new List<LeasedDelivery>();
        for (var isOver = false; !isOver;)
        {
            var held = await ClaimHeldAsync(endpoint, at: 200, limit: 1);
            leased.AddRange(held.Deliveries);
            isOver = held.IsOver;
        }

        Assert.Equal("msg_stays", Assert.Single(leased).Message.Id);
        Assert.Equal(CancelReason.Expired, Assert.Single(await ReadDeliveriesAsync(expiring.Id)).CancelReason);
        Assert.Null((await GetEndpointAsync(endpoint)).Endpoint.PausedUntil);
    }

    [Fact]
    public async Task What_has_expired_is_canceled_although_its_endpoint_is_disabled()
    {
        var endpoint = await AddEndpointAsync();
        var expiring = A.Message(expiresAt: A.At(100));
        await AppendAsync(expiring);
        await DisableAsync(endpoint);

        await ClaimAsync(at: 100);

        Assert.Equal(CancelReason.Expired, Assert.Single(await ReadDeliveriesAsync(expiring.Id)).CancelReason);
    }

    [Fact]
    public async Task Claims_of_held_deliveries_get_past_many_that_have_expired()
    {
        const int Count = 2_500;
        var endpoint = await AddEndpointAsync();
        await PauseAsync(endpoint, until: 5000, owner: A.Owner);
        await AppendAsync([.. Enumerable.Range(0, Count).Select(_ => A.Message(expiresAt: A.At(1)))]);
        await AppendAsync(A.Message());

        var claims = 0;
        HeldClaimResult result;
        do
        {
            result = await ClaimHeldAsync(endpoint, at: 10, limit: 1);
            claims++;
        }
        while (result.Deliveries.Count == 0);

        Assert.InRange(claims, 1, 10);
        Assert.Null(result.Deliveries[0].Message.ExpiresAt);
    }

    [Fact]
    public async Task What_has_expired_is_not_sent_again()
    {
        var endpoint = await AddEndpointAsync();
        await AppendAsync(A.Message(id: "msg_gone", expiresAt: A.At(100)), A.Message(id: "msg_stays", expiresAt: A.At(1000)));
        var leases = (await ClaimAsync(at: 1)).Deliveries;
        Assert.True(await CompleteAsync(A.Failure(leases[0])));
        Assert.True(await CompleteAsync(A.Failure(leases[1])));
        var gone = leases.Single(lease => lease.Message.Id == "msg_gone");
        var stays = leases.Single(lease => lease.Message.Id == "msg_stays");

        Assert.Equal(ResendResult.Expired, await Store.ResendAsync(A.Tenant, gone.Id, A.At(100), resendId: null, default));
        Assert.Equal(DeliveryStatus.Failed, (await GetDeliveryAsync(gone)).Status);
        await StartReplayAsync();
        var turn = await TurnAsync(at: 100);
        Assert.Equal((1, 1L), (turn.ReplayedCount, turn.Job!.SkippedCount));
        var again = Assert.Single((await ClaimAsync(at: 100)).Deliveries);
        Assert.Equal((stays.Id, A.At(1000)), (again.Id, again.Message.ExpiresAt));
        await ReleaseAsync(again, dueAt: 100);
        Assert.Empty((await ClaimAsync(at: 1000)).Deliveries);
        Assert.Equal(CancelReason.Expired, (await GetDeliveryAsync(stays)).CancelReason);
    }

    [Fact]
    public async Task What_has_expired_is_not_sent_to_an_endpoint_that_was_created_later()
    {
        await AppendAsync(A.Message(expiresAt: A.At(100)), A.Message(expiresAt: A.At(1000)));
        await AddEndpointAsync();
        await StartReplayAsync(new ReplayRequest { Selection = ReplaySelection.NeverSent });

        var turn = await TurnAsync(at: 100);

        Assert.Equal((1, 1L, ReplayStatus.Completed), (turn.ReplayedCount, turn.Job!.SkippedCount, turn.Job.Status));
        Assert.Empty((await ClaimAsync(at: 1000)).Deliveries);
        Assert.Equal(
            CancelReason.Expired, Assert.Single(await ReadDeliveriesAsync(new DeliveryQuery { TenantId = A.Tenant })).CancelReason);
    }

    [Fact]
    public async Task A_pending_delivery_whose_message_has_expired_is_not_resent()
    {
        await AddEndpointAsync();
        await AppendAsync(A.Message(expiresAt: A.At(100)));
        var lease = Assert.Single((await ClaimAsync(at: 1)).Deliveries);
        await CompleteAsync(A.Retry(lease, A.At(200)));

        Assert.Equal(ResendResult.Expired, await Store.ResendAsync(A.Tenant, lease.Id, A.At(100), resendId: null, default));

        Assert.Equal((DeliveryStatus.Pending, A.At(200)), ((await GetDeliveryAsync(lease)).Status, (await GetDeliveryAsync(lease)).NextAttemptAt));
    }

    [Fact]
    public async Task What_has_expired_leaves_the_line_of_an_ordered_endpoint()
    {
        var endpoint = await AddOrderedAsync();
        var expiring = A.Message(createdAt: A.At(0), expiresAt: A.At(10));
        await AppendAsync(expiring);
        var next = A.Message(createdAt: A.At(1));
        await AppendAsync(next);
        Assert.Equal([endpoint], (await ClaimAsync(at: 20)).Resumed);

        var claimed = new List<LeasedDelivery>();
        for (var claims = 0; claims < 3 && claimed.Count == 0; claims++)
        {
            claimed.AddRange((await ClaimHeldAsync(endpoint, at: 20)).Deliveries);
        }

        Assert.Equal(next.Id, Assert.Single(claimed).Message.Id);
        Assert.Equal(CancelReason.Expired, Assert.Single(await ReadDeliveriesAsync(expiring.Id)).CancelReason);
    }
}
