using System.Collections.Concurrent;
using Webhooks.Storage;
using Xunit;

namespace Webhooks.Testing.Conformance;

public abstract partial class WebhookStoreConformance
{
    [Fact]
    public async Task A_claim_of_an_empty_store_finds_nothing()
    {
        var claim = await ClaimAsync(at: 0);

        Assert.Empty(claim.Deliveries);
        Assert.Empty(claim.Resumed);
        Assert.False(claim.HasMore);
        Assert.Null(claim.NextDueAt);
    }

    [Fact]
    public async Task A_delivery_is_claimed_at_its_due_time_and_not_a_millisecond_before()
    {
        await AddEndpointAsync();
        await AppendAsync(A.Message(createdAt: A.At(10.123)));

        var early = await ClaimAsync(at: 10.122);
        Assert.Empty(early.Deliveries);
        Assert.Equal(A.At(10.123), early.NextDueAt);

        Assert.Single((await ClaimAsync(at: 10.123)).Deliveries);
    }

    [Fact]
    public async Task A_claim_leases_with_everything_that_an_attempt_needs()
    {
        var endpoint = await AddEndpointAsync();
        var message = A.Message(eventId: "paid-1", channels: ["eu"], payload: "{\"a\":1}"u8.ToArray(), createdAt: A.At(1));
        await AppendAsync(message);

        var lease = Assert.Single((await ClaimAsync(at: 2)).Deliveries);

        Assert.Equal(Assert.Single(await ReadDeliveriesAsync(message.Id)).Id, lease.Id);
        Assert.Equal(endpoint, lease.EndpointKey);
        Assert.Equal((1, 1L, A.At(62)), (lease.AttemptNumber, lease.EndpointVersion, lease.LeaseUntil));
        Assert.Equal(message.Payload!.Value.ToArray(), lease.Message.Payload!.Value.ToArray());
        Assert.Equal(message.Channels, lease.Message.Channels);
        Assert.Equal(
            message with { Payload = default, Channels = [] }, lease.Message with { Payload = default, Channels = [] });
    }

    [Fact]
    public async Task The_longest_due_is_claimed_first()
    {
        await AddEndpointAsync();
        var third = A.Message(createdAt: A.At(3));
        var first = A.Message(createdAt: A.At(1));
        var second = A.Message(createdAt: A.At(2));
        await AppendAsync(third, first);
        await AppendAsync(second);

        Assert.Equal([first.Id, second.Id], MessageIds(await ClaimAsync(at: 10, limit: 2)));
        Assert.Equal([third.Id], MessageIds(await ClaimAsync(at: 10, limit: 2)));
    }

    [Fact]
    public async Task Deliveries_that_are_due_at_the_same_time_are_claimed_in_the_order_of_their_batch()
    {
        await AddEndpointAsync();
        var messages = A.Messages(20);
        await AppendAsync(messages);

        Assert.Equal(messages.Select(message => message.Id), MessageIds(await ClaimAsync(at: 0)));
    }

    [Fact]
    public async Task A_claim_says_whether_its_limit_was_reached_and_what_is_due_next()
    {
        await AddEndpointAsync();
        await AppendAsync(A.Messages(3, createdAt: A.At(1)));
        await AppendAsync(A.Message(createdAt: A.At(30)));

        var full = await ClaimAsync(at: 2, limit: 2);
        Assert.Equal(2, full.Deliveries.Count);
        Assert.True(full.HasMore);
        Assert.Equal(A.At(1), full.NextDueAt);

        var partly = await ClaimAsync(at: 2, limit: 2);
        Assert.Single(partly.Deliveries);
        Assert.False(partly.HasMore);
        Assert.Equal(A.At(30), partly.NextDueAt);
    }

    [Fact]
    public async Task The_end_of_a_lease_is_a_due_time_too()
    {
        await AddEndpointAsync();
        await AppendLeasedAsync();

        Assert.Equal(A.At(60), (await ClaimAsync(at: 59)).NextDueAt);
    }

    [Fact]
    public async Task Concurrent_claims_get_every_delivery_exactly_once()
    {
        const int Deliveries = 600;
        await AddAsync(A.Endpoint(tenant: A.Tenant));
        await AddAsync(A.Endpoint(tenant: A.OtherTenant));
        await AppendAsync(A.Messages(Deliveries / 2, A.Tenant));
        await AppendAsync(A.Messages(Deliveries / 2, A.OtherTenant));
        var claimed = new ConcurrentBag<string>();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(claimer => Task.Run(async () =>
        {
            ClaimResult claim;
            do
            {
                claim = await ClaimAsync(at: 1, limit: 7, owner: $"dispatcher-{claimer}");
                foreach (var lease in claim.Deliveries)
                {
                    claimed.Add(lease.Id);
                }
            }
            while (claim.HasMore);
        })));

        Assert.Equal(Deliveries, claimed.Count);
        Assert.Equal(Deliveries, claimed.Distinct().Count());
    }

    [Fact]
    public async Task Claims_among_appends_and_outcomes_lose_nothing_and_repeat_nothing()
    {
        const int Appenders = 4;
        const int Batches = 10;
        const int BatchSize = 10;
        await AddEndpointAsync();
        var completed = new ConcurrentBag<string>();
        var appending = Task.WhenAll(Enumerable.Range(0, Appenders).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < Batches; i++)
            {
                var results = await Store.AppendAsync(
                    A.Messages(BatchSize), new LeaseGrant(A.Owner, A.At(LeaseSeconds), Limit: BatchSize / 2), default);
                await CompleteAllAsync(A.Owner, [.. results.SelectMany(result => result.Leased)]);
            }
        })));
        var claiming = Task.WhenAll(Enumerable.Range(0, 4).Select(claimer => Task.Run(async () =>
        {
            bool isLastRound;
            do
            {
                isLastRound = appending.IsCompleted;
                ClaimResult claim;
                do
                {
                    claim = await ClaimAsync(at: 1, limit: 9, owner: $"claimer-{claimer}");
                    await CompleteAllAsync($"claimer-{claimer}", claim.Deliveries);
                }
                while (claim.HasMore);
            }
            while (!isLastRound);
        })));

        await appending;
        await claiming;

        Assert.Equal(Appenders * Batches * BatchSize, completed.Count);
        Assert.Equal(completed.Count, completed.Distinct().Count());
        Assert.Null((await ClaimAsync(at: 1000)).NextDueAt);

        async Task CompleteAllAsync(string owner, IReadOnlyList<LeasedDelivery> leases)
        {
            if (leases.Count > 0)
            {
                Assert.All(await Store.CompleteAsync(owner, [.. leases.Select(lease => A.Success(lease))], default), Assert.True);
            }

            foreach (var lease in leases)
            {
                completed.Add(lease.Id);
            }
        }
    }

    private static IEnumerable<string> MessageIds(ClaimResult claim) => claim.Deliveries.Select(lease => lease.Message.Id);
}
