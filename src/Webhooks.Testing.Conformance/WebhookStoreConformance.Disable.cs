using Webhooks.Dispatching;
using Xunit;

namespace Webhooks.Testing.Conformance;

public abstract partial class WebhookStoreConformance
{
    [Fact]
    public async Task What_is_pending_for_a_disabled_endpoint_is_held_until_it_is_enabled_again()
    {
        var endpoint = await AddEndpointAsync();
        var message = A.Message();
        await AppendAsync(message);
        await DisableAsync(endpoint);

        Assert.Empty((await ClaimAsync(at: 1)).Deliveries);
        Assert.True(Assert.Single(await ReadDeliveriesAsync(message.Id)).IsHeld);
        var disabled = await ClaimAsync(at: 100_000);
        Assert.Empty(disabled.Resumed);
        Assert.Null(disabled.NextDueAt);

        await EnableAsync(endpoint, at: 100_000);
        Assert.Equal(A.At(100_000), (await GetEndpointAsync(endpoint)).Endpoint.PausedUntil);
        Assert.Equal(endpoint, Assert.Single((await ClaimAsync(at: 100_000)).Resumed));
        var held = await ClaimHeldAsync(endpoint, at: 100_000);
        Assert.Equal(message.Id, Assert.Single(held.Deliveries).Message.Id);
        Assert.True(held.IsOver);
    }

    [Fact]
    public async Task A_disabled_endpoint_is_not_resumed_at_the_end_of_a_pause()
    {
        var endpoint = await AddEndpointAsync();
        await PauseAsync(endpoint, until: 10, owner: A.Owner);
        await AppendAsync(A.Message());
        await DisableAsync(endpoint);

        await AssertNothingHeldForAsync(endpoint, at: 1, A.Owner);
        var claim = await ClaimAsync(at: 100);
        Assert.Empty(claim.Resumed);
        Assert.Null(claim.NextDueAt);
    }

    [Fact]
    public async Task Enabling_ends_an_earlier_pause_and_its_take_over()
    {
        var endpoint = await AddEndpointAsync();
        await PauseAsync(endpoint, until: 5000, owner: A.Owner);
        await AppendAsync(A.Message());
        await DisableAsync(endpoint);
        await EnableAsync(endpoint, at: 20);

        await AssertNothingHeldForAsync(endpoint, at: 20, A.Owner);
        Assert.Equal(endpoint, Assert.Single((await ClaimAsync(at: 20, owner: A.OtherOwner)).Resumed));
        Assert.Single((await ClaimHeldAsync(endpoint, at: 20, owner: A.OtherOwner)).Deliveries);
    }

    [Fact]
    public async Task A_lease_that_was_given_before_an_endpoint_was_disabled_can_still_be_completed()
    {
        var endpoint = await AddEndpointAsync();
        var lease = await AppendLeasedAsync();
        await DisableAsync(endpoint);

        Assert.True(await CompleteAsync(A.Success(lease)));

        Assert.Equal(DeliveryStatus.Succeeded, (await GetDeliveryAsync(lease)).Status);
    }
}
