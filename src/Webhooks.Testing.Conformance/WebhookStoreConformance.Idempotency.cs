using Webhooks.Publishing;
using Webhooks.Storage;
using Xunit;

namespace Webhooks.Testing.Conformance;

public abstract partial class WebhookStoreConformance
{
    [Fact]
    public async Task The_same_event_id_again_stores_nothing_and_tells_of_the_first()
    {
        await AddEndpointAsync();
        var first = A.Message(eventId: "paid-1");
        var second = A.Message(eventId: "paid-1");
        await AppendAsync(first);
        await AddEndpointAsync();

        var result = Assert.Single(await Store.AppendAsync([second], new LeaseGrant(A.Owner, A.At(60), Limit: 9), default));

        AssertDuplicateOf(first, deliveryCount: 1, result);
        Assert.Null(await Store.GetMessageAsync(A.Tenant, second.Id, default));
        Assert.Single(await ReadDeliveriesAsync(new DeliveryQuery { TenantId = A.Tenant }));
    }

    [Fact]
    public async Task The_same_message_id_again_stores_nothing_and_tells_of_the_first()
    {
        await AddEndpointAsync();
        var first = A.Message(id: "run-7", eventType: "task.started");
        await AppendAsync(first);

        var result = Assert.Single(await AppendAsync(A.Message(id: "run-7", eventType: "task.completed", eventId: "other")));

        AssertDuplicateOf(first, deliveryCount: 1, result);
        Assert.Equal("task.started", (await Store.GetMessageAsync(A.Tenant, "run-7", default))!.EventType);
        Assert.Single(await ReadDeliveriesAsync("run-7"));
    }

    [Fact]
    public async Task An_event_id_that_only_a_duplicate_had_stays_free()
    {
        await AddEndpointAsync();
        await AppendAsync(A.Message(id: "run-7"));
        await AppendAsync(A.Message(id: "run-7", eventId: "paid-1"));

        Assert.False(Assert.Single(await AppendAsync(A.Message(eventId: "paid-1"))).IsDuplicate);
    }

    [Fact]
    public async Task Duplicates_within_one_batch_tell_of_the_first_in_it()
    {
        await AddEndpointAsync();
        var event1 = A.Message(eventId: "paid-1");
        var run7 = A.Message(id: "run-7");

        var results = await Store.AppendAsync(
            [event1, A.Message(eventId: "paid-1"), run7, A.Message(id: "run-7"), A.Message(eventId: "paid-1")],
            new LeaseGrant(A.Owner, A.At(60), Limit: 9),
            default);

        Assert.Equal([false, true, false, true, true], results.Select(result => result.IsDuplicate));
        AssertDuplicateOf(event1, deliveryCount: 1, results[1]);
        AssertDuplicateOf(run7, deliveryCount: 1, results[3]);
        AssertDuplicateOf(event1, deliveryCount: 1, results[4]);
        Assert.Equal(2, (await ReadDeliveriesAsync(new DeliveryQuery { TenantId = A.Tenant })).Count);
    }

    [Fact]
    public async Task The_same_ids_in_different_tenants_are_different()
    {
        await AddEndpointAsync(A.Tenant);
        await AddEndpointAsync(A.OtherTenant);

        var results = await AppendAsync(
            A.Message(id: "run-7", tenant: A.Tenant, eventId: "paid-1"),
            A.Message(id: "run-7", tenant: A.OtherTenant, eventId: "paid-1"));

        Assert.All(results, result => Assert.Equal((1, false), (result.DeliveryCount, result.IsDuplicate)));
        Assert.NotNull(await Store.GetMessageAsync(A.Tenant, "run-7", default));
        Assert.NotNull(await Store.GetMessageAsync(A.OtherTenant, "run-7", default));
    }

    [Fact]
    public async Task Messages_without_an_event_id_are_all_different()
    {
        await AppendAsync(A.Messages(3));

        Assert.Equal(3, (await ReadMessagesAsync(new MessageQuery { TenantId = A.Tenant })).Count);
    }

    [Fact]
    public async Task Of_many_concurrent_appends_of_one_event_id_exactly_one_stores_and_all_agree_on_it()
    {
        await AddEndpointAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(
            () => AppendPatientlyAsync([A.Message(eventId: "paid-1"), A.Message()]))));

        var ofEvent = results.Select(result => result[0]).ToList();
        Assert.Single(ofEvent, result => !result.IsDuplicate);
        var messageId = Assert.Single(ofEvent.Select(result => result.MessageId).Distinct(StringComparer.Ordinal));
        Assert.Single(await ReadDeliveriesAsync(messageId));
        Assert.Equal(51, (await ReadMessagesAsync(new MessageQuery { TenantId = A.Tenant })).Count);
        Assert.Equal(51, (await ClaimAsync(at: 0)).Deliveries.Count);
    }

    /// <summary>Appends again for as long as another append, still open, holds one of the ids.</summary>
    private async Task<IReadOnlyList<AppendResult>> AppendPatientlyAsync(IReadOnlyList<WebhookMessage> messages)
    {
        while (true)
        {
            try
            {
                return await Store.AppendAsync(messages, leases: null, default);
            }
            catch (AppendBlockedException)
            {
                // Nothing was stored.
            }
        }
    }

    private static void AssertDuplicateOf(WebhookMessage first, int deliveryCount, AppendResult result)
    {
        Assert.Equal((first.Id, deliveryCount, true), (result.MessageId, result.DeliveryCount, result.IsDuplicate));
        Assert.Empty(result.Leased);
    }
}
