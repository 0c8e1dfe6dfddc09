using Webhooks.Dispatching;
using Webhooks.Storage;
using Xunit;

namespace Webhooks.Testing.Conformance;

public abstract partial class WebhookStoreConformance
{
    [Fact]
    public async Task What_a_deletion_cancels_says_so()
    {
        var endpoint = await AddEndpointAsync();
        var succeeded = await AppendLeasedAsync();
        await CompleteAsync(A.Success(succeeded));
        var pending = await AppendLeasedAsync();
        Assert.Null((await GetDeliveryAsync(pending)).CancelReason);

        await Store.DeleteEndpointAsync(endpoint, expectedVersion: null, A.At(1), announcement: null, default);

        Assert.Equal(CancelReason.EndpointDeleted, (await GetDeliveryAsync(pending)).CancelReason);
        Assert.Null((await GetDeliveryAsync(succeeded)).CancelReason);
        Assert.Equal(
            CancelReason.EndpointDeleted,
            Assert.Single(await ReadDeliveriesAsync(new DeliveryQuery { TenantId = A.Tenant, Status = DeliveryStatus.Canceled })).CancelReason);
    }

    [Fact]
    public async Task What_is_dropped_says_so()
    {
        var endpoint = await AddEndpointAsync();
        var lease = await AppendLeasedAsync();
        await DisableAsync(endpoint);

        Assert.Equal(1, await Store.CancelPendingAsync(endpoint, A.At(1), limit: 10, default));

        Assert.Equal(CancelReason.Dropped, (await GetDeliveryAsync(lease)).CancelReason);
    }

    [Fact]
    public async Task An_outcome_can_cancel_for_a_reason()
    {
        await AddEndpointAsync();
        var lease = await AppendLeasedAsync();

        Assert.True(await CompleteAsync(
            A.Failure(lease) with { Status = DeliveryStatus.Canceled, CancelReason = CancelReason.Dropped }));

        var delivery = await GetDeliveryAsync(lease);
        Assert.Equal((DeliveryStatus.Canceled, CancelReason.Dropped), (delivery.Status, delivery.CancelReason));
        Assert.Single(await ReadAttemptsAsync(lease));
    }

    [Fact]
    public async Task A_canceled_delivery_that_is_sent_again_forgets_its_reason_and_the_note_remembers_it()
    {
        var endpoint = await AddEndpointAsync();
        var first = await AppendLeasedAsync();
        await Store.CancelPendingAsync(endpoint, A.At(1), limit: 10, default);

        Assert.Equal(ResendResult.Resent, await Store.ResendAsync(A.Tenant, first.Id, A.At(2), resendId: null, default));

        Assert.Null((await GetDeliveryAsync(first)).CancelReason);
        var lease = Assert.Single((await ClaimAsync(at: 2)).Deliveries);
        Assert.Equal((DeliveryStatus.Canceled, CancelReason.Dropped), (lease.Resend!.Otherwise, lease.Resend.CancelReason));
        Assert.True(await CompleteAsync(A.Success(lease)));
        Assert.Null((await GetDeliveryAsync(first)).CancelReason);
    }
}
