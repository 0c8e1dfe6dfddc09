using Webhooks.Dispatching;
using Webhooks.Storage;
using Xunit;

namespace Webhooks.Testing.Conformance;

public abstract partial class WebhookStoreConformance
{
    [Fact]
    public async Task Pruning_removes_older_messages_with_their_deliveries_and_attempts()
    {
        await AddEndpointAsync();
        var old = await AppendLeasedAsync(at: 9.999);
        var kept = await AppendLeasedAsync(at: 10);
        await Store.CompleteAsync(A.Owner, [A.Success(old, A.At(20)), A.Success(kept, A.At(20))], default);

        Assert.InRange(await PruneAsync(messagesBefore: 10), 1, 2);

        Assert.Null(await Store.GetMessageAsync(A.Tenant, old.Message.Id, default));
        Assert.Null(await Store.GetDeliveryAsync(A.Tenant, old.Id, default));
        Assert.Empty(await ReadAttemptsAsync(old));
        Assert.NotNull(await Store.GetMessageAsync(A.Tenant, kept.Message.Id, default));
        Assert.Equal(kept.Id, Assert.Single(await ReadDeliveriesAsync(new DeliveryQuery { TenantId = A.Tenant })).Id);
        Assert.Single(await ReadAttemptsAsync(kept));
        Assert.Equal(0, await PruneAsync(messagesBefore: 10));
    }

    [Fact]
    public async Task Pruning_removes_whatever_has_ended()
    {
        var endpoint = await AddEndpointAsync();
        await CompleteAsync(A.Failure(await AppendLeasedAsync()));
        await AppendAsync(A.Message());
        await Store.DeleteEndpointAsync(endpoint, expectedVersion: null, A.At(1), announcement: null, default);
        await AppendAsync(A.Message(), A.Message(tenant: A.OtherTenant));

        await PruneAllAsync(messagesBefore: 10);

        Assert.Empty(await ReadMessagesAsync(new MessageQuery { TenantId = A.Tenant }));
        Assert.Empty(await ReadMessagesAsync(new MessageQuery { TenantId = A.OtherTenant }));
        Assert.Empty(await ReadDeliveriesAsync(new DeliveryQuery { TenantId = A.Tenant }));
    }

    [Fact]
    public async Task A_message_with_a_pending_delivery_is_never_removed()
    {
        await AddEndpointAsync();
        var second = await AddEndpointAsync();
        var message = A.Message();
        var leases = Assert.Single(await Store.AppendAsync([message], new LeaseGrant(A.Owner, A.At(60), Limit: 2), default)).Leased;
        await CompleteAsync(A.Success(leases[0]));
        await AssertKeptAsync();

        await CompleteAsync(A.Retry(leases[1], A.At(5)));
        await AssertKeptAsync();

        var paused = leases[1].EndpointKey;
        await PauseAsync(paused, until: 100, A.Owner);
        await ClaimAsync(at: 5);
        Assert.True((await GetDeliveryAsync(leases[1])).IsHeld);
        await AssertKeptAsync();

        var last = Assert.Single((await ClaimHeldAsync(paused, at: 6)).Deliveries);
        await CompleteAsync(A.Success(last));
        await PruneAllAsync(messagesBefore: 1000);
        Assert.Null(await Store.GetMessageAsync(A.Tenant, message.Id, default));

        async Task AssertKeptAsync()
        {
            Assert.Equal(0, await PruneAsync(messagesBefore: 1000));
            Assert.NotNull(await Store.GetMessageAsync(A.Tenant, message.Id, default));
            Assert.Equal(2, (await ReadDeliveriesAsync(message.Id)).Count);
        }
    }

    [Fact]
    public async Task Pruning_goes_round_a_message_that_is_pending()
    {
        await AddAsync(A.Endpoint(eventTypes: ["order.paid"]));
        var pending = A.Message(eventType: "order.paid", createdAt: A.At(0));
        await AppendAsync(pending);
        await AppendAsync([.. Enumerable.Range(1, 5).Select(i => A.Message(eventType: "order.lost", createdAt: A.At(i)))]);

        await PruneAllAsync(messagesBefore: 10, limit: 2);

        Assert.Equal(pending.Id, Assert.Single(await ReadMessagesAsync(new MessageQuery { TenantId = A.Tenant })).Id);
    }

    [Fact]
    public async Task A_call_removes_no_more_messages_than_its_limit()
    {
        await AppendAsync([.. Enumerable.Range(0, 10).Select(i => A.Message(createdAt: A.At(i)))]);

        Assert.Equal(4, await PruneAsync(messagesBefore: 9, limit: 4));
        Assert.Equal(6, (await ReadMessagesAsync(new MessageQuery { TenantId = A.Tenant })).Count);
        Assert.Equal(4, await PruneAsync(messagesBefore: 9, limit: 4));
        Assert.Equal(1, await PruneAsync(messagesBefore: 9, limit: 4));
        Assert.Equal(0, await PruneAsync(messagesBefore: 9, limit: 4));

        Assert.Equal(A.At(9), Assert.Single(await ReadMessagesAsync(new MessageQuery { TenantId = A.Tenant })).CreatedAt);
    }

    [Fact]
    public async Task Age_counts_and_not_the_order_of_arrival()
    {
        await AppendAsync(A.Message(createdAt: A.At(20)), A.Message(createdAt: A.At(1)));

        Assert.Equal(1, await PruneAsync(messagesBefore: 10));

        Assert.Equal(A.At(20), Assert.Single(await ReadMessagesAsync(new MessageQuery { TenantId = A.Tenant })).CreatedAt);
    }

    [Fact]
    public async Task Older_attempts_are_removed_alone()
    {
        await AddEndpointAsync();
        var first = await AppendLeasedAsync();
        await CompleteAsync(A.Retry(first, A.At(5), startedAt: A.At(4.999)));
        var second = Assert.Single((await ClaimAsync(at: 5)).Deliveries);
        await CompleteAsync(A.Retry(second, A.At(60), startedAt: A.At(5)));
        var before = await GetDeliveryAsync(first);

        Assert.Equal(1, await PruneAsync(attemptsBefore: 5));

        Assert.Equal([2], (await ReadAttemptsAsync(first)).Select(attempt => attempt.Number));
        Assert.Equal(before, await GetDeliveryAsync(first));
        Assert.Equal(3, Assert.Single((await ClaimAsync(at: 60)).Deliveries).AttemptNumber);
        Assert.Equal(0, await PruneAsync(attemptsBefore: 5));
    }

    [Fact]
    public async Task A_call_removes_no_more_attempts_than_its_limit()
    {
        await AddEndpointAsync();
        for (var i = 0; i < 5; i++)
        {
            await CompleteAsync(A.Success(await AppendLeasedAsync(), startedAt: A.At(i)));
        }

        Assert.Equal(2, await PruneAsync(attemptsBefore: 100, limit: 2));
        Assert.Equal(2, await PruneAsync(attemptsBefore: 100, limit: 2));
        Assert.Equal(1, await PruneAsync(attemptsBefore: 100, limit: 2));
        Assert.Equal(0, await PruneAsync(attemptsBefore: 100, limit: 2));

        var deliveries = await ReadDeliveriesAsync(new DeliveryQuery { TenantId = A.Tenant });
        Assert.All(deliveries, delivery => Assert.Equal((DeliveryStatus.Succeeded, 1), (delivery.Status, delivery.AttemptCount)));
    }

    [Fact]
    public async Task The_ids_of_a_removed_message_are_free_again()
    {
        await AppendAsync(A.Message(id: "run-7", eventId: "paid-1", createdAt: A.At(1)), A.Message(createdAt: A.At(10)));
        await PruneAllAsync(messagesBefore: 10);

        var results = await AppendAsync(
            A.Message(eventId: "paid-1", createdAt: A.At(20)), A.Message(id: "run-7", createdAt: A.At(20)));

        Assert.All(results, result => Assert.False(result.IsDuplicate));
    }

    [Fact]
    public async Task Pages_go_on_where_rows_of_the_page_before_were_removed()
    {
        var messages = Enumerable.Range(0, 6).Select(i => A.Message(createdAt: A.At(i))).ToArray();
        await AppendAsync(messages);
        var first = await Store.ListMessagesAsync(new MessageQuery { TenantId = A.Tenant, Limit = 4 }, default);

        await PruneAllAsync(messagesBefore: 1);
        var second = await Store.ListMessagesAsync(
            new MessageQuery { TenantId = A.Tenant, Limit = 4, Cursor = first.NextCursor }, default);
        await PruneAllAsync(messagesBefore: 4);
        var again = await Store.ListMessagesAsync(
            new MessageQuery { TenantId = A.Tenant, Limit = 4, Cursor = first.NextCursor }, default);

        Assert.Equal([messages[1].Id], second.Items.Select(message => message.Id));
        Assert.Empty(again.Items);
    }

    private Task<int> PruneAsync(double messagesBefore = 0, double attemptsBefore = 0, int limit = 1000) =>
        Store.PruneAsync(new PruneRequest(A.At(messagesBefore), A.At(attemptsBefore), limit), default);

    private async Task PruneAllAsync(double messagesBefore, int limit = 1000)
    {
        while (await PruneAsync(messagesBefore, limit: limit) > 0)
        {
        }
    }
}
