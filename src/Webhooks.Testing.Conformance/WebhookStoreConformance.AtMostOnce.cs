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

        Assert.False(claimed.IsInterrupted);

        Assert.Empty((await ClaimAsync(at: LeaseSeconds - 0.001, owner: A.OtherOwner)).Deliveries);
        var met = (await ClaimAsync(at: LeaseSeconds + 1, owner: A.OtherOwner)).Deliveries;

        Assert.Equal([appended.Id, claimed.Id], met.Select(lease => lease.Id));
        Assert.All(met, lease => Assert.Equal((true, 1, A.At(LeaseSeconds + 1 + LeaseSeconds)), (lease.IsInterrupted, lease.AttemptNumber, lease.LeaseUntil)));
        foreach (var lease in new[] { appended, claimed })
        {
            Assert.False(await CompleteAsync(A.Success(lease)));
            await ReleaseAsync(lease, dueAt: 100);
        }

        Assert.Empty((await ClaimAsync(at: 101)).Deliveries);
    }

    [Fact]
    public async Task What_was_interrupted_stays_so_until_its_end_is_recorded()
    {
        await AddEndpointAsync();
        var lost = await AppendOnceAsync(leased: true);
        await ClaimAsync(at: 100, owner: A.OtherOwner);

        var lease = Assert.Single((await ClaimAsync(at: 200)).Deliveries);
        Assert.True(lease.IsInterrupted);
        Assert.False(await CompleteAsync(A.Interrupted(lease, A.At(201)), A.OtherOwner));
        Assert.True(await CompleteAsync(A.Interrupted(lease, A.At(202))));

        var delivery = await GetDeliveryAsync(lost);
        Assert.Equal(
            (DeliveryStatus.Failed, AttemptError.Interrupted, 1, A.At(202), null, null),
            (delivery.Status, delivery.LastError, delivery.AttemptCount, delivery.CompletedAt, delivery.CancelReason, delivery.LastDuration));
        Assert.Empty(await ReadAttemptsAsync(lost));
        Assert.Empty((await ClaimAsync(at: 1000)).Deliveries);
    }

    [Fact]
    public async Task In_the_line_of_an_ordered_endpoint_what_is_sent_at_most_once_is_leased_alone_and_never_again()
    {
        var endpoint = await AddOrderedAsync();
        var before = A.Message(createdAt: A.At(0));
        var once = A.Message(createdAt: A.At(1), expiresAt: A.At(30), isAtMostOnce: true);
        var late = A.Message(createdAt: A.At(2), expiresAt: A.At(30));
        var after = A.Message(createdAt: A.At(2));
        await AppendAsync(before);
        await AppendAsync(once);
        await AppendAsync(late);
        await AppendAsync(after);
        Assert.Equal([endpoint], (await ClaimAsync(at: 3)).Resumed);
        var first = Assert.Single((await ClaimHeldAsync(endpoint, at: 3)).Deliveries);
        Assert.Equal(before.Id, first.Message.Id);
        await CompleteAsync(A.Success(first));
        var alone = Assert.Single((await ClaimHeldAsync(endpoint, at: 4)).Deliveries);
        Assert.Equal(once.Id, alone.Message.Id);

        Assert.Equal([endpoint], (await ClaimAsync(at: 5 + LeaseSeconds, owner: A.OtherOwner)).Resumed);
        var met = Assert.Single((await ClaimHeldAsync(endpoint, at: 5 + LeaseSeconds, owner: A.OtherOwner)).Deliveries);
        Assert.Equal((alone.Id, true, true, false), (met.Id, met.IsInterrupted, met.IsOrdered, alone.IsInterrupted));

        Assert.Equal([endpoint], (await ClaimAsync(at: 200)).Resumed);
        var again = Assert.Single((await ClaimHeldAsync(endpoint, at: 200)).Deliveries);
        Assert.Equal((alone.Id, true), (again.Id, again.IsInterrupted));
        Assert.True(await CompleteAsync(A.Interrupted(again)));
        Assert.Equal(after.Id, Assert.Single((await ClaimHeldAsync(endpoint, at: 201)).Deliveries).Message.Id);
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

        await InterruptAsync(at: 100);

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

        await InterruptAsync(at: 100);

        Assert.Equal(DeliveryStatus.Failed, (await GetDeliveryAsync(lease)).Status);
    }

    [Fact]
    public async Task What_was_interrupted_can_be_sent_again_and_is_sent_at_most_once_again()
    {
        await AddEndpointAsync();
        var first = await AppendOnceAsync(leased: true);
        await InterruptAsync(at: 100);

        Assert.Equal(ResendResult.Resent, await Store.ResendAsync(A.Tenant, first.Id, A.At(200), resendId: null, default));
        var again = Assert.Single((await ClaimAsync(at: 200)).Deliveries);
        Assert.Equal((first.Id, 2, true, false), (again.Id, again.AttemptNumber, again.Message.IsAtMostOnce, again.IsInterrupted));
        await InterruptAsync(at: 300);
        Assert.Equal(AttemptError.Interrupted, (await GetDeliveryAsync(first)).LastError);

        await StartReplayAsync();
        Assert.Equal(1, (await TurnAsync(at: 400)).ReplayedCount);
        Assert.False(Assert.Single((await ClaimAsync(at: 400)).Deliveries).IsInterrupted);
        await InterruptAsync(at: 500);
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
        await InterruptAsync(at: 100);

        Assert.Equal(AttemptError.Interrupted, (await GetDeliveryAsync(lease)).LastError);
    }

    /// <summary>Meets the one delivery that was interrupted, and ends it.</summary>
    private async Task InterruptAsync(double at)
    {
        var lease = Assert.Single((await ClaimAsync(at)).Deliveries);
        Assert.True(lease.IsInterrupted);
        Assert.True(await CompleteAsync(A.Interrupted(lease, A.At(at))));
    }

    private async Task<LeasedDelivery> AppendOnceAsync(bool leased)
    {
        var grant = leased ? new LeaseGrant(A.Owner, A.At(LeaseSeconds), Limit: 1) : null;
        var results = await Store.AppendAsync([A.Message(isAtMostOnce: true)], grant, default);
        return leased ? Assert.Single(Assert.Single(results).Leased) : null!;
    }
}
