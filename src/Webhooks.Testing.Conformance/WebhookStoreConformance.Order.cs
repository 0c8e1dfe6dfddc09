using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Publishing;
using Webhooks.Storage;
using Xunit;

namespace Webhooks.Testing.Conformance;

public abstract partial class WebhookStoreConformance
{
    [Fact]
    public async Task A_delivery_to_an_ordered_endpoint_is_held_and_the_first_asks_for_a_dispatcher()
    {
        var endpoint = await AddOrderedAsync();

        var first = Assert.Single(await AppendWithRoomAsync(A.Message(createdAt: A.At(3))));
        var second = Assert.Single(await AppendWithRoomAsync(A.Message(createdAt: A.At(4))));

        Assert.Equal((0, true), (first.Leased.Count, first.HasFirstInLine));
        Assert.Equal((0, false), (second.Leased.Count, second.HasFirstInLine));
        var delivery = Assert.Single(await ReadDeliveriesAsync(first.MessageId));
        Assert.Equal((true, null), (delivery.IsHeld, delivery.NextAttemptAt));
        var stored = await GetEndpointAsync(endpoint);
        Assert.True(stored.Endpoint.Settings.IsOrdered);
        Assert.Equal((A.At(3), PauseReason.Backlog), (stored.Endpoint.PausedUntil, stored.Endpoint.PauseReason));
        var claim = await ClaimAsync(at: 5);
        Assert.Empty(claim.Deliveries);
        Assert.Equal(endpoint, Assert.Single(claim.Resumed));
    }

    [Fact]
    public async Task Deliveries_to_other_endpoints_are_leased_beside_an_ordered_one()
    {
        await AddOrderedAsync();
        var other = await AddEndpointAsync();

        var result = Assert.Single(await AppendWithRoomAsync(A.Message()));

        Assert.Equal(2, result.DeliveryCount);
        Assert.Equal((other.EndpointId, false), (Assert.Single(result.Leased).EndpointId, result.Leased[0].IsOrdered));
    }

    [Fact]
    public async Task An_ordered_endpoint_is_taken_over_until_nothing_is_pending()
    {
        var endpoint = await AddOrderedAsync();
        var messages = A.Messages(3);
        await AppendAsync(messages);
        await ClaimAsync(at: 1);

        var two = await ClaimHeldAsync(endpoint, at: 2, limit: 2);
        Assert.False(two.IsOver);
        Assert.Equal(messages.Take(2).Select(message => message.Id), two.Deliveries.Select(lease => lease.Message.Id));
        Assert.All(two.Deliveries, lease => Assert.Equal((true, A.At(62), 1), (lease.IsOrdered, lease.LeaseUntil, lease.AttemptNumber)));
        Assert.Equal(A.At(62), (await GetEndpointAsync(endpoint)).Endpoint.PausedUntil);
        foreach (var lease in two.Deliveries)
        {
            Assert.True(await CompleteAsync(A.Success(lease)));
        }

        var last = await ClaimHeldAsync(endpoint, at: 3, limit: 2);
        Assert.False(last.IsOver, "The last one has not ended.");
        Assert.True(await CompleteAsync(A.Failure(Assert.Single(last.Deliveries))));
        Assert.Empty((await ClaimAsync(at: 4, owner: A.OtherOwner)).Resumed);

        var none = await ClaimHeldAsync(endpoint, at: 5);
        Assert.Equal((0, true), (none.Deliveries.Count, none.IsOver));
        Assert.Null((await GetEndpointAsync(endpoint)).Endpoint.PausedUntil);
        Assert.True(Assert.Single(await AppendAsync(A.Message(createdAt: A.At(6)))).HasFirstInLine);
    }

    [Fact]
    public async Task A_batch_to_an_ordered_endpoint_keeps_its_order_whatever_the_times_and_ids()
    {
        var endpoint = await AddOrderedAsync();
        var random = new Random(7);
        WebhookMessage[] messages =
        [
            .. Enumerable.Range(0, 20).Select(number => A.Message(
                id: number % 3 == 0 ? new WebhookIdGenerator().Create(WebhookIdGenerator.MessagePrefix, A.At(random.Next(0, 60))) : null,
                createdAt: A.At(random.Next(0, 60)))),
        ];
        await AppendAsync(messages[..7]);
        await AppendAsync(messages[7..]);
        await ClaimAsync(at: 100);

        var claimed = await ClaimHeldAsync(endpoint, at: 100);

        Assert.Equal(messages.Select(message => message.Id), claimed.Deliveries.Select(lease => lease.Message.Id));
    }

    [Fact]
    public async Task A_retry_of_an_ordered_endpoint_lets_all_others_wait()
    {
        var endpoint = await AddOrderedAsync();
        var messages = A.Messages(3);
        await AppendAsync(messages);
        await ClaimAsync(at: 1);
        var batch = await ClaimHeldAsync(endpoint, at: 1);

        Assert.True(await CompleteAsync(A.Retry(batch.Deliveries[0], A.At(20))));

        var paused = (await GetEndpointAsync(endpoint)).Endpoint;
        Assert.Equal((A.At(20), PauseReason.Retry), (paused.PausedUntil, paused.PauseReason));
        var head = await GetDeliveryAsync(batch.Deliveries[0]);
        Assert.Equal((DeliveryStatus.Pending, 1, true), (head.Status, head.AttemptCount, head.IsHeld));
        await AssertNothingHeldForAsync(endpoint, at: 2, A.Owner);
        var early = await ClaimAsync(at: 19.999);
        Assert.Equal((0, 0, A.At(20)), (early.Deliveries.Count, early.Resumed.Count, early.NextDueAt));

        Assert.Equal(endpoint, Assert.Single((await ClaimAsync(at: 20, owner: A.OtherOwner)).Resumed));
        var again = await ClaimHeldAsync(endpoint, at: 20, owner: A.OtherOwner);
        Assert.Equal(messages.Select(message => message.Id), again.Deliveries.Select(lease => lease.Message.Id));
        Assert.Equal([2, 1, 1], again.Deliveries.Select(lease => lease.AttemptNumber));
        Assert.False(await CompleteAsync(A.Success(batch.Deliveries[1])), "Leases in order end with the take-over.");
        Assert.True(await CompleteAsync(A.Success(again.Deliveries[0]), A.OtherOwner));
    }

    [Fact]
    public async Task A_retry_of_an_ordered_endpoint_shortens_no_longer_pause_and_lengthens_a_shorter_one()
    {
        var endpoint = await AddOrderedAsync();
        await AppendAsync(A.Messages(1));
        await ClaimAsync(at: 1);
        var lease = Assert.Single((await ClaimHeldAsync(endpoint, at: 1)).Deliveries);
        await Store.PauseEndpointAsync(new EndpointPause(endpoint, A.At(50), Owner: null, PauseReason.Failing), default);

        Assert.True(await CompleteAsync(A.Retry(lease, A.At(20))));
        var paused = (await GetEndpointAsync(endpoint)).Endpoint;
        Assert.Equal((A.At(50), PauseReason.Failing), (paused.PausedUntil, paused.PauseReason));

        await ClaimAsync(at: 50);
        lease = Assert.Single((await ClaimHeldAsync(endpoint, at: 50)).Deliveries);
        await Store.PauseEndpointAsync(new EndpointPause(endpoint, A.At(60), Owner: null, PauseReason.Failing), default);
        Assert.True(await CompleteAsync(A.Retry(lease, A.At(70))));
        paused = (await GetEndpointAsync(endpoint)).Endpoint;
        Assert.Equal((A.At(70), PauseReason.Retry), (paused.PausedUntil, paused.PauseReason));
        Assert.False(await Store.PauseEndpointAsync(new EndpointPause(endpoint, A.At(65), Owner: null, PauseReason.Failing), default));
    }

    [Fact]
    public async Task The_line_of_a_dead_dispatcher_goes_on_with_its_first_when_its_take_over_has_ended()
    {
        var endpoint = await AddOrderedAsync();
        var messages = A.Messages(4);
        await AppendAsync(messages);
        await ClaimAsync(at: 1);
        var lost = await ClaimHeldAsync(endpoint, at: 1, limit: 3);
        Assert.True(await CompleteAsync(A.Success(lost.Deliveries[0])));

        var before = await ClaimAsync(at: 60.999, owner: A.OtherOwner);
        Assert.Equal((0, 0, A.At(61)), (before.Deliveries.Count, before.Resumed.Count, before.NextDueAt));
        var after = await ClaimAsync(at: 61, owner: A.OtherOwner);
        Assert.Empty(after.Deliveries);
        Assert.Equal(endpoint, Assert.Single(after.Resumed));

        // Until its deliveries are leased to the next one, what the dead one was late with still counts.
        Assert.True(await CompleteAsync(A.Success(lost.Deliveries[1])));
        var next = await ClaimHeldAsync(endpoint, at: 62, owner: A.OtherOwner);
        Assert.Equal(messages.Skip(2).Select(message => message.Id), next.Deliveries.Select(lease => lease.Message.Id));
        Assert.False(await CompleteAsync(A.Success(lost.Deliveries[2])));
        await AssertNothingHeldForAsync(endpoint, at: 63, A.Owner);
    }

    [Fact]
    public async Task An_owner_that_claims_again_gets_the_first_again()
    {
        var endpoint = await AddOrderedAsync();
        var messages = A.Messages(3);
        await AppendAsync(messages);
        await ClaimAsync(at: 1);
        await ClaimHeldAsync(endpoint, at: 1, limit: 2);

        var again = await ClaimHeldAsync(endpoint, at: 30, limit: 2);

        Assert.Equal(messages.Take(2).Select(message => message.Id), again.Deliveries.Select(lease => lease.Message.Id));
        Assert.Equal(A.At(90), (await GetEndpointAsync(endpoint)).Endpoint.PausedUntil);
    }

    [Fact]
    public async Task A_lease_in_order_that_is_given_back_gives_the_endpoint_back()
    {
        var endpoint = await AddOrderedAsync();
        await AppendAsync(A.Messages(2));
        await ClaimAsync(at: 1);
        var batch = await ClaimHeldAsync(endpoint, at: 1);

        await ReleaseAsync(batch.Deliveries[0], dueAt: 9);

        var paused = (await GetEndpointAsync(endpoint)).Endpoint;
        Assert.Equal((A.At(9), PauseReason.Backlog), (paused.PausedUntil, paused.PauseReason));
        Assert.True((await GetDeliveryAsync(batch.Deliveries[0])).IsHeld);
        await AssertNothingHeldForAsync(endpoint, at: 2, A.Owner);
        Assert.Empty((await ClaimAsync(at: 8.999, owner: A.OtherOwner)).Resumed);
        Assert.Single((await ClaimAsync(at: 9, owner: A.OtherOwner)).Resumed);

        // The late word of one who has lost it changes nothing.
        await ReleaseAsync(batch.Deliveries[1], dueAt: 10);
        Assert.Equal(A.At(69), (await GetEndpointAsync(endpoint)).Endpoint.PausedUntil);
        Assert.Equal(2, (await ClaimHeldAsync(endpoint, at: 10, owner: A.OtherOwner)).Deliveries.Count);
    }

    [Fact]
    public async Task Nobody_takes_an_ordered_endpoint_from_another_by_a_backlog()
    {
        var endpoint = await AddOrderedAsync();
        await AppendAsync(A.Messages(2));
        await ClaimAsync(at: 1);

        Assert.False(await Store.PauseEndpointAsync(new EndpointPause(endpoint, A.At(5), A.OtherOwner), default));
        Assert.False(await Store.PauseEndpointAsync(new EndpointPause(endpoint, A.At(5), Owner: null), default));
        Assert.Equal(A.At(61), (await GetEndpointAsync(endpoint)).Endpoint.PausedUntil);

        // Its owner hands it over.
        Assert.True(await Store.PauseEndpointAsync(new EndpointPause(endpoint, A.At(5), A.Owner), default));
        Assert.Single((await ClaimAsync(at: 5, owner: A.OtherOwner)).Resumed);
    }

    [Fact]
    public async Task What_comes_due_for_an_ordered_endpoint_gets_in_line()
    {
        var endpoint = await AddEndpointAsync();
        var before = A.Message();
        var lease = Assert.Single(Assert.Single(await AppendWithRoomAsync(before)).Leased);
        await OrderAsync(endpoint, isOrdered: true);
        Assert.True(await CompleteAsync(A.Retry(lease, A.At(10))));
        var after = A.Message(createdAt: A.At(1));
        await AppendAsync(after);
        await ClaimAsync(at: 2);
        Assert.Equal(after.Id, Assert.Single((await ClaimHeldAsync(endpoint, at: 2)).Deliveries).Message.Id);

        await ClaimAsync(at: 10);

        var line = await ClaimHeldAsync(endpoint, at: 11);
        Assert.Equal([before.Id, after.Id], line.Deliveries.Select(delivery => delivery.Message.Id));
        Assert.Equal([2, 1], line.Deliveries.Select(delivery => delivery.AttemptNumber));
    }

    [Fact]
    public async Task The_first_that_comes_due_for_an_ordered_endpoint_begins_its_line()
    {
        var endpoint = await AddEndpointAsync();
        await AppendAsync(A.Messages(2));
        await OrderAsync(endpoint, isOrdered: true);

        var claim = await ClaimAsync(at: 2);
        if (claim.Resumed.Count == 0)
        {
            // A store may need a second look, and says when.
            Assert.True(claim.NextDueAt <= A.At(2));
            claim = await ClaimAsync(at: 2);
        }

        Assert.Empty(claim.Deliveries);
        Assert.Equal(endpoint, Assert.Single(claim.Resumed));
        Assert.Equal(2, (await ClaimHeldAsync(endpoint, at: 2)).Deliveries.Count);
    }

    [Fact]
    public async Task Without_its_order_an_endpoint_gets_what_is_left_like_any_backlog()
    {
        var endpoint = await AddOrderedAsync();
        await AppendAsync(A.Messages(3));
        await ClaimAsync(at: 1);
        var inOrder = await ClaimHeldAsync(endpoint, at: 1, limit: 2);
        Assert.True(await CompleteAsync(A.Success(inOrder.Deliveries[0])));
        await OrderAsync(endpoint, isOrdered: false);

        var rest = await ClaimHeldAsync(endpoint, at: 2);

        Assert.True(rest.IsOver);
        Assert.Equal(2, rest.Deliveries.Count);
        Assert.All(rest.Deliveries, lease => Assert.False(lease.IsOrdered));
        Assert.True(await CompleteAsync(A.Retry(rest.Deliveries[0], A.At(50))));
        Assert.Null((await GetEndpointAsync(endpoint)).Endpoint.PausedUntil);
        Assert.False(Assert.Single(Assert.Single(await AppendWithRoomAsync(A.Message(createdAt: A.At(3)))).Leased).IsOrdered);
    }

    [Fact]
    public async Task A_delivery_that_is_canceled_or_sent_again_changes_the_line_of_an_ordered_endpoint()
    {
        var endpoint = await AddOrderedAsync();
        var messages = A.Messages(3);
        await AppendAsync(messages);
        await ClaimAsync(at: 1);
        var batch = await ClaimHeldAsync(endpoint, at: 1);
        Assert.True(await CompleteAsync(A.Failure(batch.Deliveries[0])));

        Assert.Equal(ResendResult.Underway, await Store.ResendAsync(A.Tenant, batch.Deliveries[2].Id, A.At(2), resendId: null, default));
        Assert.Equal(ResendResult.Resent, await Store.ResendAsync(A.Tenant, batch.Deliveries[0].Id, A.At(2), resendId: null, default));
        Assert.Empty((await ClaimAsync(at: 2)).Deliveries);
        Assert.Equal(
            messages.Select(message => message.Id),
            (await ClaimHeldAsync(endpoint, at: 2)).Deliveries.Select(lease => lease.Message.Id));

        Assert.Equal(3, await Store.CancelPendingAsync(endpoint, A.At(3), limit: 9, default));
        Assert.False(await CompleteAsync(A.Success(batch.Deliveries[1])));
        Assert.True((await ClaimHeldAsync(endpoint, at: 3)).IsOver);
    }

    [Fact]
    public async Task While_an_ordered_endpoint_is_disabled_its_line_waits_and_an_attempt_under_way_is_not_overtaken()
    {
        var endpoint = await AddOrderedAsync();
        await AppendAsync(A.Messages(2));
        await ClaimAsync(at: 1);
        var batch = await ClaimHeldAsync(endpoint, at: 1);
        await DisableAsync(endpoint);
        await AssertNothingHeldForAsync(endpoint, at: 2, A.Owner);

        await EnableAsync(endpoint, at: 3);
        Assert.Empty((await ClaimAsync(at: 4, owner: A.OtherOwner)).Resumed);
        Assert.Single((await ClaimAsync(at: 61, owner: A.OtherOwner)).Resumed);

        // What nobody has taken over is resumed at once.
        var next = await ClaimHeldAsync(endpoint, at: 61, owner: A.OtherOwner);
        await ReleaseAsync(next.Deliveries[0], dueAt: 500, A.OtherOwner);
        await DisableAsync(endpoint);
        await EnableAsync(endpoint, at: 70);
        Assert.Single((await ClaimAsync(at: 70)).Resumed);
        Assert.Equal(
            batch.Deliveries.Select(lease => lease.Id), (await ClaimHeldAsync(endpoint, at: 70)).Deliveries.Select(lease => lease.Id));
    }

    private Task<EndpointKey> AddOrderedAsync() => AddAsync(A.Endpoint(isOrdered: true));

    private Task<StoredEndpoint> OrderAsync(EndpointKey endpoint, bool isOrdered) =>
        ChangeAsync(endpoint, current => current with { Settings = current.Settings with { IsOrdered = isOrdered } });

    private Task<IReadOnlyList<AppendResult>> AppendWithRoomAsync(WebhookMessage message) =>
        Store.AppendAsync([message], new LeaseGrant(A.Owner, message.CreatedAt.AddSeconds(LeaseSeconds), Limit: 9), default);
}
