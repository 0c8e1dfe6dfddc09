using Webhooks.Dispatching;
using Webhooks.Storage;
using Xunit;

namespace Webhooks.Testing.Conformance;

public abstract partial class WebhookStoreConformance
{
    [Fact]
    public async Task An_outcome_of_another_owner_changes_nothing()
    {
        await AddEndpointAsync();
        var lease = await AppendLeasedAsync(A.Owner);

        await AssertRefusedAsync(lease, A.Success(lease), A.OtherOwner);

        Assert.True(await CompleteAsync(A.Success(lease), A.Owner));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task An_outcome_of_another_attempt_changes_nothing(int number)
    {
        await AddEndpointAsync();
        var lease = await AppendLeasedAsync();
        var success = A.Success(lease);

        await AssertRefusedAsync(lease, success with { Attempt = success.Attempt with { Number = number } });
    }

    [Fact]
    public async Task Of_two_outcomes_of_one_lease_that_come_together_one_takes_effect()
    {
        await AddEndpointAsync();
        var lease = await AppendLeasedAsync();

        var results = await Store.CompleteAsync(A.Owner, [A.Success(lease), A.Failure(lease)], default);

        var status = results[0] ? DeliveryStatus.Succeeded : DeliveryStatus.Failed;
        Assert.Equal([results[0], !results[0]], results);
        Assert.Equal((status, 1), ((await GetDeliveryAsync(lease)).Status, (await GetDeliveryAsync(lease)).AttemptCount));
        Assert.Equal(status == DeliveryStatus.Succeeded, Assert.Single(await ReadAttemptsAsync(lease)).IsSuccess);
    }

    [Fact]
    public async Task An_outcome_of_another_tenant_changes_nothing()
    {
        await AddEndpointAsync();
        var lease = await AppendLeasedAsync();
        var success = A.Success(lease);

        await AssertRefusedAsync(lease, success with { Attempt = success.Attempt with { TenantId = A.OtherTenant } });
    }

    [Fact]
    public async Task An_outcome_of_a_delivery_that_nobody_leased_changes_nothing()
    {
        await AddEndpointAsync();
        var lease = await AppendLeasedAsync();
        await ReleaseAsync(lease, dueAt: 1);

        await AssertRefusedAsync(lease, A.Success(lease));
    }

    [Fact]
    public async Task An_outcome_of_an_unknown_delivery_is_refused()
    {
        await AddEndpointAsync();
        var success = A.Success(await AppendLeasedAsync());

        Assert.False(await CompleteAsync(success with { Attempt = success.Attempt with { DeliveryId = "dlv_unknown" } }));
    }

    [Fact]
    public async Task An_outcome_takes_effect_once()
    {
        await AddEndpointAsync();
        var ended = await AppendLeasedAsync();
        await CompleteAsync(A.Success(ended));
        await AssertRefusedAsync(ended, A.Failure(ended));

        var retried = await AppendLeasedAsync();
        await CompleteAsync(A.Retry(retried, A.At(5)));
        await AssertRefusedAsync(retried, A.Success(retried));
    }

    [Fact]
    public async Task An_outcome_after_another_took_over_changes_nothing()
    {
        await AddEndpointAsync();
        var lost = await AppendLeasedAsync(A.Owner);
        var taken = Assert.Single((await ClaimAsync(at: 60, owner: A.OtherOwner)).Deliveries);

        await AssertRefusedAsync(lost, A.Success(lost), A.Owner);

        Assert.Equal((lost.Id, 1), (taken.Id, taken.AttemptNumber));
        Assert.True(await CompleteAsync(A.Success(taken), A.OtherOwner));
    }

    [Fact]
    public async Task An_outcome_after_the_lease_ran_out_is_taken_while_nobody_else_has_it()
    {
        await AddEndpointAsync();
        var lease = await AppendLeasedAsync();

        Assert.True(await CompleteAsync(A.Success(lease, startedAt: A.At(100))));

        Assert.Equal(DeliveryStatus.Succeeded, (await GetDeliveryAsync(lease)).Status);
        Assert.Empty((await ClaimAsync(at: 1000)).Deliveries);
    }

    [Fact]
    public async Task A_release_by_another_than_the_leaseholder_changes_nothing()
    {
        await AddEndpointAsync();
        var lease = await AppendLeasedAsync(A.Owner);
        var otherAttempt = new LeasedDelivery
        {
            Id = lease.Id,
            EndpointId = lease.EndpointId,
            EndpointVersion = lease.EndpointVersion,
            AttemptNumber = 2,
            LeaseUntil = lease.LeaseUntil,
            Message = lease.Message,
        };

        await ReleaseAsync(lease, dueAt: 1, owner: A.OtherOwner);
        await ReleaseAsync(otherAttempt, dueAt: 1);

        Assert.Equal(lease.LeaseUntil, (await GetDeliveryAsync(lease)).LeaseUntil);
        Assert.Empty((await ClaimAsync(at: 59)).Deliveries);
        Assert.True(await CompleteAsync(A.Success(lease)));
        await ReleaseAsync(lease, dueAt: 1);
        Assert.Equal(DeliveryStatus.Succeeded, (await GetDeliveryAsync(lease)).Status);
    }

    [Fact]
    public async Task A_lease_that_ran_out_is_due_again_as_the_same_attempt()
    {
        await AddEndpointAsync();
        var first = await AppendLeasedAsync(A.Owner);

        Assert.Empty((await ClaimAsync(at: 59.999, owner: A.OtherOwner)).Deliveries);
        var second = Assert.Single((await ClaimAsync(at: 60, owner: A.OtherOwner)).Deliveries);
        var third = Assert.Single((await ClaimAsync(at: 120, owner: "dispatcher-3")).Deliveries);

        Assert.Equal([(first.Id, 1), (first.Id, 1)], new[] { second, third }.Select(lease => (lease.Id, lease.AttemptNumber)));
        Assert.Equal(A.At(180), third.LeaseUntil);
        Assert.True(await CompleteAsync(A.Success(third), "dispatcher-3"));
        Assert.Single(await ReadAttemptsAsync(first));
    }

    [Fact]
    public async Task Of_many_concurrent_outcomes_of_one_attempt_exactly_one_takes_effect()
    {
        await AddEndpointAsync();
        var lease = await AppendLeasedAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => CompleteAsync(A.Success(lease)))));

        Assert.Single(results, wasTaken => wasTaken);
        Assert.Single(await ReadAttemptsAsync(lease));
    }

    private async Task AssertRefusedAsync(LeasedDelivery lease, DeliveryOutcome outcome, string owner = A.Owner)
    {
        var before = await GetDeliveryAsync(lease);
        var attempts = await ReadAttemptsAsync(lease);

        Assert.False(await CompleteAsync(outcome, owner));

        Assert.Equal(before, await GetDeliveryAsync(lease));
        Assert.Equal(attempts.Count, (await ReadAttemptsAsync(lease)).Count);
    }
}
