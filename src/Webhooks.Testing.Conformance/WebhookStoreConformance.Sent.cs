using Webhooks.Storage;
using Xunit;

namespace Webhooks.Testing.Conformance;

// What a delivery has sent in place of its message's payload is kept for its retries, and for nothing else.
public abstract partial class WebhookStoreConformance
{
    [Fact]
    public async Task What_an_attempt_has_sent_comes_with_every_later_lease()
    {
        await AddEndpointAsync();
        var first = await AppendLeasedAsync();
        Assert.Null(first.Sent);
        Assert.True(await CompleteAsync(A.Retry(first, A.At(10)) with { Sent = Content("first") }));

        var second = Assert.Single((await ClaimAsync(at: 10, owner: A.OtherOwner)).Deliveries);
        AssertIs("first", second.Sent);
        Assert.True(await CompleteAsync(A.Retry(second, A.At(20)), A.OtherOwner));

        var third = Assert.Single((await ClaimAsync(at: 20)).Deliveries);
        AssertIs("first", third.Sent);
        await ReleaseAsync(third, dueAt: 30);

        var lost = Assert.Single((await ClaimAsync(at: 30)).Deliveries);
        AssertIs("first", lost.Sent);
        AssertIs("first", Assert.Single((await ClaimAsync(at: 30 + LeaseSeconds)).Deliveries).Sent);
    }

    [Fact]
    public async Task What_was_sent_is_kept_of_each_delivery_alone()
    {
        await AddEndpointAsync();
        await AddEndpointAsync();
        var leases = (await Store.AppendAsync(
            [A.Message()], new LeaseGrant(A.Owner, A.At(LeaseSeconds), Limit: 2), default))[0].Leased;
        await Store.CompleteAsync(
            A.Owner, [A.Retry(leases[0], A.At(10)) with { Sent = Content("one") }, A.Retry(leases[1], A.At(10))], default);

        var claimed = (await ClaimAsync(at: 10)).Deliveries.ToDictionary(lease => lease.Id, StringComparer.Ordinal);

        AssertIs("one", claimed[leases[0].Id].Sent);
        Assert.Null(claimed[leases[1].Id].Sent);
        Assert.Equal("{}"u8.ToArray(), claimed[leases[0].Id].Message.Payload!.Value.ToArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_sent_comes_with_the_lease_of_a_held_delivery(bool isOrdered)
    {
        var endpoint = await AddAsync(A.Endpoint(isOrdered: isOrdered));
        LeasedDelivery lease;
        if (isOrdered)
        {
            await AppendAsync(A.Message());
            await ClaimAsync(at: 0);
            lease = Assert.Single((await ClaimHeldAsync(endpoint, at: 0)).Deliveries);
        }
        else
        {
            lease = await AppendLeasedAsync();
        }

        await CompleteAsync(A.Retry(lease, A.At(10)) with { Sent = Content("held") });
        if (!isOrdered)
        {
            await PauseAsync(endpoint, until: 20);
            await ClaimAsync(at: 10);
        }

        await ClaimAsync(at: 20);

        AssertIs("held", Assert.Single((await ClaimHeldAsync(endpoint, at: 20)).Deliveries).Sent);
    }

    [Fact]
    public async Task An_outcome_without_effect_keeps_nothing()
    {
        await AddEndpointAsync();
        var lease = await AppendLeasedAsync();

        Assert.False(await CompleteAsync(A.Retry(lease, A.At(10)) with { Sent = Content("lost") }, A.OtherOwner));

        Assert.Null(Assert.Single((await ClaimAsync(at: LeaseSeconds)).Deliveries).Sent);
    }

    [Fact]
    public async Task What_was_sent_goes_with_the_end_of_the_delivery()
    {
        await AddEndpointAsync();
        var lease = await AppendLeasedAsync();
        await CompleteAsync(A.Retry(lease, A.At(10)) with { Sent = Content("kept") });
        Assert.Equal(ResendResult.Resent, await Store.ResendAsync(A.Tenant, lease.Id, A.At(5), resendId: null, default));

        var early = Assert.Single((await ClaimAsync(at: 5)).Deliveries);
        AssertIs("kept", early.Sent);
        await CompleteAsync(A.Failure(early));
        Assert.Equal(ResendResult.Resent, await Store.ResendAsync(A.Tenant, lease.Id, A.At(15), resendId: null, default));

        var again = Assert.Single((await ClaimAsync(at: 15)).Deliveries);
        Assert.Null(again.Sent);
        await CompleteAsync(A.Retry(again, A.At(20)) with { Sent = Content("anew") });
        AssertIs("anew", Assert.Single((await ClaimAsync(at: 20)).Deliveries).Sent);
    }

    [Fact]
    public async Task What_was_sent_goes_with_a_delivery_that_is_canceled()
    {
        var endpoint = await AddEndpointAsync();
        var lease = await AppendLeasedAsync();
        await CompleteAsync(A.Retry(lease, A.At(10)) with { Sent = Content("dropped") });
        await Store.CancelPendingAsync(endpoint, A.At(5), limit: 10, default);

        Assert.Equal(ResendResult.Resent, await Store.ResendAsync(A.Tenant, lease.Id, A.At(15), resendId: null, default));

        Assert.Null(Assert.Single((await ClaimAsync(at: 15)).Deliveries).Sent);
    }

    private static SentContent Content(string body) =>
        new(Bytes($"{body}\n\0"), new Dictionary<string, string>(StringComparer.Ordinal) { ["X-Body"] = body, ["X-Empty"] = "" });

    private static void AssertIs(string body, SentContent? sent)
    {
        Assert.NotNull(sent);
        Assert.Equal(Bytes($"{body}\n\0"), sent.Payload.ToArray());
        Assert.Equal([("X-Body", body), ("X-Empty", "")], sent.Headers.Select(header => (header.Key, header.Value)).Order());
    }
}
