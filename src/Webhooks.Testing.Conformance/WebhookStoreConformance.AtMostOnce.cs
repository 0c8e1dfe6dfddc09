using Webhooks.Dispatching;
using Webhooks.Replay;
using Webhooks.Storage;
using Xunit;

namespace Webhooks.Testing.Conformance;

public abstract partial class WebhookStoreConformance
{
    [Fact]
    public async Task A_lease_that_ran_out_is_taken_for_an_attempt_of_what_is_sent_at_most_once()
    {
        await AddEndpointAsync();
        var appended = await AppendOnceAsync(leased: true);
        await AppendOnceAsync(leased: false);
        var claimed = Assert.Single((await ClaimAsync(at: 1)).Deliveries);
        Assert.True(claimed.Message.IsAtMostOnce);

        Assert.Empty((await ClaimAsync(at: LeaseSeconds - 0.001, owner: A.OtherOwner)).Deliveries);
        Assert.Empty((await ClaimAsync(at: LeaseSeconds + 1, owner: A.OtherOwner)).Deliveries);

        foreach (var lease in new[] { appended, claimed })
        {
            var delivery = await GetDeliveryAsync(lease);
            Assert.Equal(
                (DeliveryStatus.Failed, AttemptError.Interrupted, 1, A.At(LeaseSeconds + 1), null),
                (delivery.Status, delivery.LastError, delivery.AttemptCount, delivery.CompletedAt, delivery.CancelReason));
            Assert.Empty(await ReadAttemptsAsync(lease));
            Assert.False(await CompleteAsync(A.Success(lease)));
            await ReleaseAsync(lease, dueAt: 100);
        }

        Assert.Empty((await ClaimAsync(at: 1000)).Deliveries);
    }

    [Fact]
    public async Task In_the_line_of_an_ordered_endpoint_what_is_sent_at_most_once_is_leased_alone_and_never_again()
    {
        var endpoint = await AddOrderedAsync();
        var before = A.Message(createdAt: A.At(0));
        var once = A.Message(createdAt: A.At(1), isAtMostOnce: true);
        var after = A.Message(createdAt: A.At(2));
        await AppendAsync(before);
        await AppendAsync(once);
        await AppendAsync(after);
        Assert.Equal([endpoint], (await ClaimAsync(at: 3)).Resumed);
        var first = Assert.Single((await ClaimHeldAsync(endpoint, at: 3)).Deliveries);
        Assert.Equal(before.Id, first.Message.Id);
        await CompleteAsync(A.Success(first));
        var alone = Assert.Single((await ClaimHeldAsync(endpoint, at: 4)).Deliveries);
        Assert.Equal(once.Id, alone.Message.Id);

        Assert.Equal([endpoint], (await ClaimAsync(at: 5 + LeaseSeconds, owner: A.OtherOwner)).Resumed);
        var last = Assert.Single((await ClaimHeldAsync(endpoint, at: 5 + LeaseSeconds, owner: A.OtherOwner)).Deliveries);

        Assert.Equal(after.Id, last.Message.Id);
        var delivery = await GetDeliveryAsync(alone);
        Assert.Equal((DeliveryStatus.Failed, AttemptError.Interrupted, 1), (delivery.Status, delivery.LastError, delivery.AttemptCount));
    }

    [Fact]
    public async Task A_lease_that_was_given_back_is_given_again()
    {
        await AddEndpointAsync();
        var lease = await AppendOnceAsync(leased: true);
        await ReleaseAsync(lease, dueAt: 5);

        Assert.Equal(lease.Id, Assert.Single((await ClaimAsync(at: 100)).Deliveries).Id);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_lease_that_ran_out_is_taken_for_an_attempt_although_its_endpoint_holds(bool isDisabled)
    {
        var endpoint = await AddEndpointAsync();
        var lease = await AppendOnceAsync(leased: true);
        if (isDisabled)
        {
            await DisableAsync(endpoint);
        }
        else
        {
            await PauseAsync(endpoint, until: 1000);
        }

        await ClaimAsync(at: 100);

        Assert.Equal(AttemptError.Interrupted, (await GetDeliveryAsync(lease)).LastError);
    }

    [Fact]
    public async Task What_has_waited_for_its_endpoint_is_leased()
    {
        var endpoint = await AddEndpointAsync();
        await PauseAsync(endpoint, until: 1000, owner: A.Owner);
        await AppendAsync(A.Message(isAtMostOnce: true));

        Assert.True(Assert.Single((await ClaimHeldAsync(endpoint, at: 500)).Deliveries).Message.IsAtMostOnce);
    }

    [Fact]
    public async Task What_was_interrupted_and_has_expired_has_failed()
    {
        await AddEndpointAsync();
        await AppendAsync(A.Message(isAtMostOnce: true, expiresAt: A.At(10)));
        var lease = Assert.Single((await ClaimAsync(at: 1)).Deliveries);

        await ClaimAsync(at: 100);

        Assert.Equal(DeliveryStatus.Failed, (await GetDeliveryAsync(lease)).Status);
    }

    [Fact]
    public async Task What_was_interrupted_can_be_sent_again_and_is_sent_at_most_once_again()
    {
        await AddEndpointAsync();
        var first = await AppendOnceAsync(leased: true);
        await ClaimAsync(at: 100);

        Assert.Equal(ResendResult.Resent, await Store.ResendAsync(A.Tenant, first.Id, A.At(200), resendId: null, default));
        var again = Assert.Single((await ClaimAsync(at: 200)).Deliveries);
        Assert.Equal((first.Id, 2, true), (again.Id, again.AttemptNumber, again.Message.IsAtMostOnce));
        Assert.Empty((await ClaimAsync(at: 300)).Deliveries);
        Assert.Equal(AttemptError.Interrupted, (await GetDeliveryAsync(first)).LastError);

        await StartReplayAsync();
        Assert.Equal(1, (await TurnAsync(at: 400)).ReplayedCount);
        Assert.Single((await ClaimAsync(at: 400)).Deliveries);
        Assert.Empty((await ClaimAsync(at: 500)).Deliveries);
        Assert.Equal(DeliveryStatus.Failed, (await GetDeliveryAsync(first)).Status);
    }

    [Fact]
    public async Task What_is_added_to_an_old_message_that_is_sent_at_most_once_is_so_too()
    {
        await AppendAsync(A.Message(isAtMostOnce: true));
        await AddEndpointAsync();
        await StartReplayAsync(new ReplayRequest { Selection = ReplaySelection.NeverSent });
        await TurnAsync(at: 10);

        var lease = Assert.Single((await ClaimAsync(at: 10)).Deliveries);
        Assert.Empty((await ClaimAsync(at: 100)).Deliveries);

        Assert.Equal(AttemptError.Interrupted, (await GetDeliveryAsync(lease)).LastError);
    }

    private async Task<LeasedDelivery> AppendOnceAsync(bool leased)
    {
        var grant = leased ? new LeaseGrant(A.Owner, A.At(LeaseSeconds), Limit: 1) : null;
        var results = await Store.AppendAsync([A.Message(isAtMostOnce: true)], grant, default);
        return leased ? Assert.Single(Assert.Single(results).Leased) : null!;
    }
}
