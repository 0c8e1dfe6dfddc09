using System.Collections.Concurrent;
using Webhooks.Storage;
using Xunit;

namespace Webhooks.Testing.Conformance;

public abstract partial class WebhookStoreConformance
{
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

    private async Task AssertNothingHeldForAsync(EndpointKey endpoint, double at, string owner)
    {
        var held = await ClaimHeldAsync(endpoint, at, owner: owner);
        Assert.Empty(held.Deliveries);
        Assert.True(held.IsOver);
    }
}
