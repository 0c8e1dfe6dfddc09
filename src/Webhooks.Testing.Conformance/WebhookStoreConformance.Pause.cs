using System.Collections.Concurrent;
using Webhooks.Dispatching;
using Webhooks.Storage;
using Xunit;

namespace Webhooks.Testing.Conformance;

public abstract partial class WebhookStoreConformance
{
    [Fact]
    public async Task New_deliveries_to_a_paused_endpoint_are_held_and_not_leased()
    {
        var paused = await AddEndpointAsync();
        var other = await AddEndpointAsync();
        await PauseAsync(paused, until: 100);
        var message = A.Message();

        var result = Assert.Single(await Store.AppendAsync([message], new LeaseGrant(A.Owner, A.At(60), Limit: 9), default));

        Assert.Equal(2, result.DeliveryCount);
        Assert.Equal(other, Assert.Single(result.Leased).EndpointKey);
        var held = Assert.Single(await ReadDeliveriesAsync(message.Id), delivery => delivery.EndpointId == paused.EndpointId);
        Assert.True(held.IsHeld);
        Assert.Empty((await ClaimAsync(at: 59)).Deliveries);
    }

    [Fact]
    public async Task A_pause_is_shown_and_is_not_a_change_of_the_endpoint()
    {
        var endpoint = await AddEndpointAsync();
        Assert.Null((await GetEndpointAsync(endpoint)).Endpoint.PausedUntil);

        await PauseAsync(endpoint, until: 100.123);

        var paused = (await GetEndpointAsync(endpoint)).Endpoint;
        Assert.Equal((A.At(100.123), 1L, A.Start), (paused.PausedUntil, paused.Version, paused.UpdatedAt));
        var listed = await Store.ListEndpointsAsync(new EndpointQuery { TenantId = A.Tenant }, default);
        Assert.Equal(A.At(100.123), Assert.Single(listed.Items).PausedUntil);
    }

    [Fact]
    public async Task A_change_of_the_settings_leaves_a_pause_as_it_is()
    {
        var endpoint = await AddEndpointAsync();
        var read = await GetEndpointAsync(endpoint);
        await PauseAsync(endpoint, until: 100);

        Assert.True(await Store.ReplaceEndpointAsync(
            read with { Endpoint = read.Endpoint with { Version = 2, UpdatedAt = A.At(1) } }, expectedVersion: 1, default));

        Assert.Equal(A.At(100), (await GetEndpointAsync(endpoint)).Endpoint.PausedUntil);
        Assert.Equal(endpoint, Assert.Single((await ClaimAsync(at: 100)).Resumed));
    }

    [Fact]
    public async Task What_is_due_already_is_held_at_the_latest_by_the_claim_that_meets_it()
    {
        var endpoint = await AddEndpointAsync();
        await AppendAsync(A.Message());
        await PauseAsync(endpoint, until: 100);

        var claim = await ClaimAsync(at: 1);

        Assert.Empty(claim.Deliveries);
        Assert.Equal(A.At(100), claim.NextDueAt);
        Assert.True(Assert.Single(await ReadDeliveriesAsync(new DeliveryQuery { TenantId = A.Tenant })).IsHeld);
    }

    [Fact]
    public async Task The_cost_of_a_claim_is_bounded_by_its_limit_even_if_it_meets_paused_deliveries_only()
    {
        var paused = await AddEndpointAsync(A.OtherTenant);
        await AppendAsync(A.Messages(5, A.OtherTenant, createdAt: A.At(0)));
        await AddEndpointAsync();
        await AppendAsync(A.Messages(1, createdAt: A.At(1)));
        await PauseAsync(paused, until: 1000);

        // A store that holds at the pause meets none of the five; one that holds at the claim meets two a claim.
        var claims = 0;
        ClaimResult claim;
        do
        {
            claim = await ClaimAsync(at: 2, limit: 2);
            Assert.InRange(++claims, 1, 3);
            Assert.InRange(claim.Deliveries.Count, 0, 2);
        }
        while (claim.Deliveries.Count == 0);

        Assert.Equal(A.Tenant, Assert.Single(claim.Deliveries).EndpointKey.TenantId);
        Assert.Empty((await ClaimAsync(at: 2)).Deliveries);
    }

    [Fact]
    public async Task What_is_leased_is_not_touched_by_a_pause()
    {
        var endpoint = await AddEndpointAsync();
        var lease = await AppendLeasedAsync();

        await PauseAsync(endpoint, until: 100);

        Assert.Equal(A.At(60), (await GetDeliveryAsync(lease)).NextAttemptAt);
        Assert.True(await CompleteAsync(A.Success(lease)));
    }

    [Fact]
    public async Task A_lease_that_runs_out_during_a_pause_is_held_and_lost()
    {
        var endpoint = await AddEndpointAsync();
        var lease = await AppendLeasedAsync();
        await PauseAsync(endpoint, until: 100);

        Assert.Empty((await ClaimAsync(at: 60, owner: A.OtherOwner)).Deliveries);

        Assert.True((await GetDeliveryAsync(lease)).IsHeld);
        Assert.False(await CompleteAsync(A.Success(lease)));
    }

    [Fact]
    public async Task A_retry_of_a_paused_endpoint_is_not_attempted_before_its_time_nor_during_the_pause()
    {
        var endpoint = await AddEndpointAsync();
        var lease = await AppendLeasedAsync();
        await PauseAsync(endpoint, until: 100);
        Assert.True(await CompleteAsync(A.Retry(lease, A.At(50))));

        Assert.Empty((await ClaimAsync(at: 50)).Deliveries);
        Assert.True((await GetDeliveryAsync(lease)).IsHeld);

        Assert.Equal(endpoint, Assert.Single((await ClaimAsync(at: 100)).Resumed));
        Assert.Equal(2, Assert.Single((await ClaimHeldAsync(endpoint, at: 100)).Deliveries).AttemptNumber);
    }

    [Fact]
    public async Task A_pause_that_ends_before_a_retry_is_due_does_not_bring_it_forward()
    {
        var endpoint = await AddEndpointAsync();
        var lease = await AppendLeasedAsync();
        await CompleteAsync(A.Retry(lease, A.At(50)));
        await PauseAsync(endpoint, until: 10);

        Assert.Equal(endpoint, Assert.Single((await ClaimAsync(at: 10)).Resumed));
        Assert.Empty((await ClaimHeldAsync(endpoint, at: 10)).Deliveries);
        Assert.Empty((await ClaimAsync(at: 49)).Deliveries);
        Assert.Single((await ClaimAsync(at: 50)).Deliveries);
    }

    [Fact]
    public async Task A_release_to_a_paused_endpoint_is_held_at_the_latest_by_the_claim_that_meets_it()
    {
        var endpoint = await AddEndpointAsync();
        var lease = await AppendLeasedAsync();
        await PauseAsync(endpoint, until: 100);

        await ReleaseAsync(lease, dueAt: 1);

        Assert.Empty((await ClaimAsync(at: 2)).Deliveries);
        Assert.True((await GetDeliveryAsync(lease)).IsHeld);
    }

    [Fact]
    public async Task The_end_of_a_pause_is_a_due_time()
    {
        var endpoint = await AddEndpointAsync();
        await PauseAsync(endpoint, until: 100.5);

        var before = await ClaimAsync(at: 100.499);
        Assert.Empty(before.Resumed);
        Assert.Equal(A.At(100.5), before.NextDueAt);

        var after = await ClaimAsync(at: 100.5);
        Assert.Equal(endpoint, Assert.Single(after.Resumed));
        Assert.Equal(A.At(160.5), after.NextDueAt);
        Assert.Equal(A.At(160.5), (await GetEndpointAsync(endpoint)).Endpoint.PausedUntil);
    }

    [Fact]
    public async Task The_claimer_that_meets_the_end_of_a_pause_gets_the_held_deliveries_oldest_first_at_its_own_pace()
    {
        var endpoint = await AddEndpointAsync();
        await PauseAsync(endpoint, until: 10);
        var messages = A.Messages(5);
        await AppendAsync(messages);
        var claim = await ClaimAsync(at: 10);
        Assert.Equal(endpoint, Assert.Single(claim.Resumed));
        Assert.Empty(claim.Deliveries);

        var first = await ClaimHeldAsync(endpoint, at: 20, limit: 2);
        Assert.Equal(messages.Take(2).Select(message => message.Id), first.Deliveries.Select(lease => lease.Message.Id));
        Assert.All(first.Deliveries, lease => Assert.Equal((A.At(80), 1), (lease.LeaseUntil, lease.AttemptNumber)));
        Assert.False(first.IsOver);
        Assert.Equal(A.At(80), (await GetEndpointAsync(endpoint)).Endpoint.PausedUntil);

        var second = await ClaimHeldAsync(endpoint, at: 30, limit: 9);
        Assert.Equal(messages.Skip(2).Select(message => message.Id), second.Deliveries.Select(lease => lease.Message.Id));
        Assert.True(second.IsOver);
        Assert.Null((await GetEndpointAsync(endpoint)).Endpoint.PausedUntil);
        foreach (var lease in first.Deliveries.Concat(second.Deliveries))
        {
            Assert.True(await CompleteAsync(A.Success(lease)));
        }
    }

    [Fact]
    public async Task After_the_last_held_delivery_new_ones_flow_again()
    {
        var endpoint = await AddEndpointAsync();
        await PauseAsync(endpoint, until: 10, owner: A.Owner);
        await AppendAsync(A.Messages(2));

        // A store may learn that nothing is left only from a claim that comes back short.
        var leased = 0;
        HeldClaimResult held;
        do
        {
            held = await ClaimHeldAsync(endpoint, at: 1, limit: 1);
            leased += held.Deliveries.Count;
        }
        while (!held.IsOver);

        Assert.Equal(2, leased);
        Assert.NotNull(await AppendLeasedAsync(at: 2));
        Assert.True((await ClaimHeldAsync(endpoint, at: 2)).IsOver);
    }

    [Fact]
    public async Task During_a_take_over_new_deliveries_queue_behind_the_held_ones()
    {
        var endpoint = await AddEndpointAsync();
        await PauseAsync(endpoint, until: 100, owner: A.Owner);
        var held = A.Messages(2);
        await AppendAsync(held);
        await ClaimHeldAsync(endpoint, at: 1, limit: 1);

        var later = A.Message(createdAt: A.At(2));
        await AppendAsync(later);

        Assert.Equal(
            [held[1].Id, later.Id],
            (await ClaimHeldAsync(endpoint, at: 3, limit: 9)).Deliveries.Select(lease => lease.Message.Id));
    }

    [Fact]
    public async Task Only_the_dispatcher_that_has_the_endpoint_taken_over_gets_its_held_deliveries()
    {
        var endpoint = await AddEndpointAsync();
        await PauseAsync(endpoint, until: 10, owner: A.Owner);
        await AppendAsync(A.Message());

        await AssertNothingHeldForAsync(endpoint, at: 1, A.OtherOwner);
        Assert.Single((await ClaimHeldAsync(endpoint, at: 1, owner: A.Owner)).Deliveries);
    }

    [Fact]
    public async Task A_pause_without_an_owner_gives_nobody_the_held_deliveries_before_its_end()
    {
        var endpoint = await AddEndpointAsync();
        await PauseAsync(endpoint, until: 10);
        await AppendAsync(A.Message());

        await AssertNothingHeldForAsync(endpoint, at: 1, A.Owner);
    }

    [Fact]
    public async Task A_take_over_that_runs_out_goes_to_the_next_claimer()
    {
        var endpoint = await AddEndpointAsync();
        await PauseAsync(endpoint, until: 10);
        await AppendAsync(A.Message());
        await ClaimAsync(at: 10, owner: A.Owner);

        Assert.Empty((await ClaimAsync(at: 69.999, owner: A.OtherOwner)).Resumed);
        Assert.Equal(endpoint, Assert.Single((await ClaimAsync(at: 70, owner: A.OtherOwner)).Resumed));

        await AssertNothingHeldForAsync(endpoint, at: 70, A.Owner);
        Assert.Single((await ClaimHeldAsync(endpoint, at: 70, owner: A.OtherOwner)).Deliveries);
    }

    [Fact]
    public async Task A_pause_replaces_an_earlier_one()
    {
        var endpoint = await AddEndpointAsync();
        await PauseAsync(endpoint, until: 100, owner: A.Owner);
        await AppendAsync(A.Message());

        await PauseAsync(endpoint, until: 50, owner: A.OtherOwner);
        await AssertNothingHeldForAsync(endpoint, at: 1, A.Owner);
        Assert.Equal(A.At(50), (await ClaimAsync(at: 1)).NextDueAt);

        await PauseAsync(endpoint, until: 200);
        await AssertNothingHeldForAsync(endpoint, at: 1, A.OtherOwner);
        Assert.Empty((await ClaimAsync(at: 199)).Resumed);
        Assert.Equal(endpoint, Assert.Single((await ClaimAsync(at: 200)).Resumed));
    }

    [Fact]
    public async Task A_pause_of_an_endpoint_that_is_not_there_is_answered_with_false()
    {
        Assert.False(await Store.PauseEndpointAsync(new EndpointPause(new(A.Tenant, "ep_unknown"), A.At(1), A.Owner), default));
        await AssertNothingHeldForAsync(new(A.Tenant, "ep_unknown"), at: 0, A.Owner);
    }

    [Fact]
    public async Task Concurrent_claims_resume_every_endpoint_exactly_once()
    {
        const int Endpoints = 200;
        for (var i = 0; i < Endpoints; i++)
        {
            await PauseAsync(await AddEndpointAsync(), until: 10);
        }

        var resumed = new ConcurrentBag<EndpointKey>();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(claimer => Task.Run(async () =>
        {
            // How many pauses one claim takes over is up to the store; what is left over is due already.
            ClaimResult claim;
            do
            {
                claim = await ClaimAsync(at: 20, limit: 10, owner: $"dispatcher-{claimer}");
                foreach (var endpoint in claim.Resumed)
                {
                    resumed.Add(endpoint);
                }
            }
            while (claim.HasMore || claim.NextDueAt <= A.At(20));
        })));

        Assert.Equal(Endpoints, resumed.Count);
        Assert.Equal(Endpoints, resumed.Distinct().Count());
    }

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

    [Fact]
    public async Task Endpoints_of_the_same_id_in_two_tenants_are_paused_apart()
    {
        var paused = await AddAsync(A.Endpoint(id: "ep_same", tenant: A.Tenant));
        var other = await AddAsync(A.Endpoint(id: "ep_same", tenant: A.OtherTenant));
        await PauseAsync(paused, until: 100);

        await AppendAsync(A.Message(), A.Message(tenant: A.OtherTenant));

        Assert.Equal(other, Assert.Single((await ClaimAsync(at: 0)).Deliveries).EndpointKey);
        Assert.Null((await GetEndpointAsync(other)).Endpoint.PausedUntil);
    }

    private async Task AssertNothingHeldForAsync(EndpointKey endpoint, double at, string owner)
    {
        var held = await ClaimHeldAsync(endpoint, at, owner: owner);
        Assert.Empty(held.Deliveries);
        Assert.True(held.IsOver);
    }
}
