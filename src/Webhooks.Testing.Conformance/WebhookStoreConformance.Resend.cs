using Webhooks.Dispatching;
using Webhooks.Storage;
using Xunit;

namespace Webhooks.Testing.Conformance;

public abstract partial class WebhookStoreConformance
{
    [Theory]
    [InlineData(DeliveryStatus.Failed)]
    [InlineData(DeliveryStatus.Succeeded)]
    public async Task A_delivery_that_has_ended_can_be_sent_again_as_its_next_attempt(DeliveryStatus status)
    {
        await AddEndpointAsync();
        var first = await AppendLeasedAsync();
        await CompleteAsync(status == DeliveryStatus.Failed ? A.Failure(first) : A.Success(first));

        Assert.Equal(ResendResult.Resent, await Store.ResendAsync(A.Tenant, first.Id, A.At(100), resendId: null, default));

        var pending = await GetDeliveryAsync(first);
        Assert.Equal((DeliveryStatus.Pending, 1, A.At(100)), (pending.Status, pending.AttemptCount, pending.NextAttemptAt));
        Assert.Null(pending.CompletedAt);
        Assert.Empty((await ClaimAsync(at: 99)).Deliveries);
        var lease = Assert.Single((await ClaimAsync(at: 100)).Deliveries);
        Assert.Equal((first.Id, 2, first.Message.Id), (lease.Id, lease.AttemptNumber, lease.Message.Id));
        Assert.NotNull(lease.Resend);
        Assert.Equal((1, 2, status), (lease.Resend.UncountedAttempts, lease.Resend.SingleAttempt, lease.Resend.Otherwise));
        Assert.Null(lease.Resend.RetryAt);

        Assert.True(await CompleteAsync(A.Failure(lease, A.At(101)) with { Status = status }));
        var ended = await GetDeliveryAsync(first);
        Assert.Equal((status, 2, A.At(101.012)), (ended.Status, ended.AttemptCount, ended.CompletedAt));
        Assert.Equal([1, 2], (await ReadAttemptsAsync(first)).Select(attempt => attempt.Number));
        Assert.Equal(first.Id, Assert.Single(await ReadDeliveriesAsync(first.Message.Id)).Id);
    }

    [Fact]
    public async Task A_resent_delivery_that_waits_for_a_retry_keeps_the_time_of_that()
    {
        await AddEndpointAsync();
        var first = await AppendLeasedAsync();
        await CompleteAsync(A.Retry(first, retryAt: A.At(500)));

        Assert.Equal(ResendResult.Resent, await Store.ResendAsync(A.Tenant, first.Id, A.At(100), resendId: null, default));

        var second = Assert.Single((await ClaimAsync(at: 100)).Deliveries);
        Assert.Equal((2, 1), (second.AttemptNumber, second.Resend!.UncountedAttempts));
        Assert.Equal((2, DeliveryStatus.Pending, A.At(500)), (second.Resend.SingleAttempt, second.Resend.Otherwise, second.Resend.RetryAt));
        await CompleteAsync(A.Retry(second, retryAt: A.At(500)));
        Assert.Empty((await ClaimAsync(at: 499)).Deliveries);

        Assert.Equal(ResendResult.Resent, await Store.ResendAsync(A.Tenant, first.Id, A.At(200), resendId: null, default));
        var third = Assert.Single((await ClaimAsync(at: 200)).Deliveries);
        Assert.Equal((3, 2, 3), (third.AttemptNumber, third.Resend!.UncountedAttempts, third.Resend.SingleAttempt));
    }

    [Fact]
    public async Task A_delivery_that_is_due_leased_or_held_is_not_resent_because_its_attempt_comes_anyway()
    {
        var endpoint = await AddEndpointAsync();
        var lease = await AppendLeasedAsync();
        Assert.Equal(ResendResult.Underway, await Store.ResendAsync(A.Tenant, lease.Id, A.At(1), resendId: null, default));
        Assert.True(await CompleteAsync(A.Retry(lease, retryAt: A.At(2))));
        Assert.Equal(ResendResult.Underway, await Store.ResendAsync(A.Tenant, lease.Id, A.At(2), resendId: null, default));

        await PauseAsync(endpoint, until: 100);
        await ClaimAsync(at: 3);
        Assert.True((await GetDeliveryAsync(lease)).IsHeld);
        Assert.Equal(ResendResult.Underway, await Store.ResendAsync(A.Tenant, lease.Id, A.At(4), resendId: null, default));
        Assert.True((await GetDeliveryAsync(lease)).IsHeld);
    }

    [Fact]
    public async Task Under_the_last_id_that_it_was_sent_again_under_a_delivery_is_not_sent_a_second_time()
    {
        var endpoint = await AddEndpointAsync();
        var first = await AppendEndedAsync(at: 0);
        var other = await AppendEndedAsync(at: 1);

        Assert.Equal(ResendResult.Resent, await Store.ResendAsync(A.Tenant, first.Id, A.At(10), "id-1", default));
        Assert.Equal(ResendResult.Repeated, await Store.ResendAsync(A.Tenant, first.Id, A.At(11), "id-1", default));
        await EndAsync(at: 12);
        Assert.Equal(ResendResult.Repeated, await Store.ResendAsync(A.Tenant, first.Id, A.At(13), "id-1", default));
        Assert.Equal((DeliveryStatus.Failed, 2), await StateAsync(first));
        Assert.Equal(ResendResult.Resent, await Store.ResendAsync(A.Tenant, other.Id, A.At(14), "id-1", default));
        await EndAsync(at: 14);

        Assert.Equal(ResendResult.Resent, await Store.ResendAsync(A.Tenant, first.Id, A.At(20), resendId: null, default));
        await EndAsync(at: 20);
        await StartReplayAsync(createdAt: 21);
        Assert.Equal(2, (await TurnAsync(at: 21)).ReplayedCount);
        await EndAsync(at: 22);
        Assert.Equal(ResendResult.Repeated, await Store.ResendAsync(A.Tenant, first.Id, A.At(23), "id-1", default));

        Assert.Equal(ResendResult.Resent, await Store.ResendAsync(A.Tenant, first.Id, A.At(30), "id-2", default));
        await EndAsync(at: 30);
        await DisableAsync(endpoint);
        Assert.Equal(ResendResult.Repeated, await Store.ResendAsync(A.Tenant, first.Id, A.At(31), "id-2", default));
        Assert.Equal(ResendResult.EndpointDisabled, await Store.ResendAsync(A.Tenant, first.Id, A.At(31), "id-3", default));
        Assert.Equal(ResendResult.NotFound, await Store.ResendAsync(A.OtherTenant, first.Id, A.At(31), "id-2", default));
        Assert.Equal((DeliveryStatus.Failed, 5), await StateAsync(first));

        async Task EndAsync(double at)
        {
            foreach (var lease in (await ClaimAsync(at)).Deliveries)
            {
                Assert.True(await CompleteAsync(A.Failure(lease, A.At(at))));
            }
        }

        async Task<(DeliveryStatus Status, int AttemptCount)> StateAsync(LeasedDelivery lease)
        {
            var delivery = await GetDeliveryAsync(lease);
            return (delivery.Status, delivery.AttemptCount);
        }
    }

    [Fact]
    public async Task An_id_that_met_an_attempt_under_way_is_remembered_and_disturbs_neither_that_nor_the_schedule()
    {
        await AddEndpointAsync();
        var first = await AppendLeasedAsync();

        Assert.Equal(ResendResult.Underway, await Store.ResendAsync(A.Tenant, first.Id, A.At(1), "id-1", default));
        Assert.True(await CompleteAsync(A.Retry(first, retryAt: A.At(50))));
        Assert.Equal(ResendResult.Repeated, await Store.ResendAsync(A.Tenant, first.Id, A.At(2), "id-1", default));

        Assert.Empty((await ClaimAsync(at: 49)).Deliveries);
        var second = Assert.Single((await ClaimAsync(at: 50)).Deliveries);
        Assert.Equal((2, 0, null), (second.AttemptNumber, second.Resend?.UncountedAttempts ?? 0, second.Resend?.SingleAttempt));
        Assert.True(await CompleteAsync(A.Success(second)));
        Assert.Equal(ResendResult.Repeated, await Store.ResendAsync(A.Tenant, first.Id, A.At(60), "id-1", default));
    }

    [Fact]
    public async Task Of_resends_at_the_same_time_under_one_id_one_sends()
    {
        await AddEndpointAsync();
        var lease = await AppendEndedAsync(at: 0);

        var results = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => Task.Run(() => Store.ResendAsync(A.Tenant, lease.Id, A.At(10), "id-1", default))));

        Assert.Single(results, result => result == ResendResult.Resent);
        Assert.Equal(3, results.Count(result => result == ResendResult.Repeated));
    }

    [Fact]
    public async Task A_resent_delivery_to_a_paused_endpoint_is_held_by_the_claim_that_meets_it()
    {
        var endpoint = await AddEndpointAsync();
        var lease = await AppendLeasedAsync();
        await CompleteAsync(A.Failure(lease));
        await PauseAsync(endpoint, until: 100);

        Assert.Equal(ResendResult.Resent, await Store.ResendAsync(A.Tenant, lease.Id, A.At(10), resendId: null, default));
        Assert.Empty((await ClaimAsync(at: 10)).Deliveries);
        Assert.True((await GetDeliveryAsync(lease)).IsHeld);

        Assert.Equal([endpoint], (await ClaimAsync(at: 100)).Resumed);
        var held = Assert.Single((await ClaimHeldAsync(endpoint, at: 100)).Deliveries);
        Assert.Equal((2, 2), (held.AttemptNumber, held.Resend!.SingleAttempt));
    }

    [Fact]
    public async Task Only_what_the_tenant_has_and_can_be_sent_is_resent()
    {
        var endpoint = await AddEndpointAsync();
        var lease = await AppendLeasedAsync();
        await CompleteAsync(A.Failure(lease));

        Assert.Equal(ResendResult.NotFound, await Store.ResendAsync(A.OtherTenant, lease.Id, A.At(1), resendId: null, default));
        Assert.Equal(ResendResult.NotFound, await Store.ResendAsync(A.Tenant, "dlv_none", A.At(1), resendId: null, default));
        await DisableAsync(endpoint);
        Assert.Equal(ResendResult.EndpointDisabled, await Store.ResendAsync(A.Tenant, lease.Id, A.At(1), resendId: null, default));
        await Store.DeleteEndpointAsync(endpoint, expectedVersion: null, A.At(2), announcement: null, default);
        Assert.Equal(ResendResult.EndpointGone, await Store.ResendAsync(A.Tenant, lease.Id, A.At(3), resendId: null, default));
        Assert.Equal(DeliveryStatus.Failed, (await GetDeliveryAsync(lease)).Status);
    }

    [Fact]
    public async Task A_message_with_a_resent_delivery_stays_until_that_has_ended()
    {
        await AddEndpointAsync();
        var lease = await AppendLeasedAsync();
        await CompleteAsync(A.Failure(lease));
        await Store.ResendAsync(A.Tenant, lease.Id, A.At(1), resendId: null, default);
        var everything = new PruneRequest(A.At(1_000_000), A.Start, Limit: 1000);

        await Store.PruneAsync(everything, default);
        Assert.NotNull(await Store.GetMessageAsync(A.Tenant, lease.Message.Id, default));

        await CompleteAsync(A.Success(Assert.Single((await ClaimAsync(at: 1)).Deliveries)));
        while (await Store.PruneAsync(everything, default) > 0)
        {
        }

        Assert.Null(await Store.GetMessageAsync(A.Tenant, lease.Message.Id, default));
        Assert.Equal(ResendResult.NotFound, await Store.ResendAsync(A.Tenant, lease.Id, A.At(3), resendId: null, default));
    }
}
