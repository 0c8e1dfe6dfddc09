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

        Assert.Equal(ResendResult.Resent, await Store.ResendAsync(A.Tenant, first.Id, A.At(100), default));

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

        Assert.Equal(ResendResult.Resent, await Store.ResendAsync(A.Tenant, first.Id, A.At(100), default));

        var second = Assert.Single((await ClaimAsync(at: 100)).Deliveries);
        Assert.Equal((2, 1), (second.AttemptNumber, second.Resend!.UncountedAttempts));
        Assert.Equal((2, DeliveryStatus.Pending, A.At(500)), (second.Resend.SingleAttempt, second.Resend.Otherwise, second.Resend.RetryAt));
        await CompleteAsync(A.Retry(second, retryAt: A.At(500)));
        Assert.Empty((await ClaimAsync(at: 499)).Deliveries);

        Assert.Equal(ResendResult.Resent, await Store.ResendAsync(A.Tenant, first.Id, A.At(200), default));
        var third = Assert.Single((await ClaimAsync(at: 200)).Deliveries);
        Assert.Equal((3, 2, 3), (third.AttemptNumber, third.Resend!.UncountedAttempts, third.Resend.SingleAttempt));
    }

    [Fact]
    public async Task A_delivery_that_is_due_leased_or_held_is_not_resent_because_its_attempt_comes_anyway()
    {
        var endpoint = await AddEndpointAsync();
        var lease = await AppendLeasedAsync();
        Assert.Equal(ResendResult.Underway, await Store.ResendAsync(A.Tenant, lease.Id, A.At(1), default));
        Assert.True(await CompleteAsync(A.Retry(lease, retryAt: A.At(2))));
        Assert.Equal(ResendResult.Underway, await Store.ResendAsync(A.Tenant, lease.Id, A.At(2), default));

        await PauseAsync(endpoint, until: 100);
        await ClaimAsync(at: 3);
        Assert.True((await GetDeliveryAsync(lease)).IsHeld);
        Assert.Equal(ResendResult.Underway, await Store.ResendAsync(A.Tenant, lease.Id, A.At(4), default));
        Assert.True((await GetDeliveryAsync(lease)).IsHeld);
    }

    [Fact]
    public async Task A_resent_delivery_to_a_paused_endpoint_is_held_by_the_claim_that_meets_it()
    {
        var endpoint = await AddEndpointAsync();
        var lease = await AppendLeasedAsync();
        await CompleteAsync(A.Failure(lease));
        await PauseAsync(endpoint, until: 100);

        Assert.Equal(ResendResult.Resent, await Store.ResendAsync(A.Tenant, lease.Id, A.At(10), default));
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

        Assert.Equal(ResendResult.NotFound, await Store.ResendAsync(A.OtherTenant, lease.Id, A.At(1), default));
        Assert.Equal(ResendResult.NotFound, await Store.ResendAsync(A.Tenant, "dlv_none", A.At(1), default));
        await DisableAsync(endpoint);
        Assert.Equal(ResendResult.EndpointDisabled, await Store.ResendAsync(A.Tenant, lease.Id, A.At(1), default));
        await Store.DeleteEndpointAsync(endpoint, expectedVersion: null, A.At(2), announcement: null, default);
        Assert.Equal(ResendResult.EndpointGone, await Store.ResendAsync(A.Tenant, lease.Id, A.At(3), default));
        Assert.Equal(DeliveryStatus.Failed, (await GetDeliveryAsync(lease)).Status);
    }

    [Fact]
    public async Task A_message_with_a_resent_delivery_stays_until_that_has_ended()
    {
        await AddEndpointAsync();
        var lease = await AppendLeasedAsync();
        await CompleteAsync(A.Failure(lease));
        await Store.ResendAsync(A.Tenant, lease.Id, A.At(1), default);
        var everything = new PruneRequest(A.At(1_000_000), A.Start, Limit: 1000);

        await Store.PruneAsync(everything, default);
        Assert.NotNull(await Store.GetMessageAsync(A.Tenant, lease.Message.Id, default));

        await CompleteAsync(A.Success(Assert.Single((await ClaimAsync(at: 1)).Deliveries)));
        while (await Store.PruneAsync(everything, default) > 0)
        {
        }

        Assert.Null(await Store.GetMessageAsync(A.Tenant, lease.Message.Id, default));
        Assert.Equal(ResendResult.NotFound, await Store.ResendAsync(A.Tenant, lease.Id, A.At(3), default));
    }
}
