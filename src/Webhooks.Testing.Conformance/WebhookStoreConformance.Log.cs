using Webhooks.Dispatching;
using Webhooks.Publishing;
using Webhooks.Storage;
using Xunit;

namespace Webhooks.Testing.Conformance;

public abstract partial class WebhookStoreConformance
{
    [Fact]
    public async Task Messages_are_listed_newest_first()
    {
        var messages = new[] { A.Message(createdAt: A.At(1)), A.Message(createdAt: A.At(2)), A.Message(createdAt: A.At(3)) };
        await AppendAsync(messages[0], messages[1]);
        await AppendAsync(messages[2]);

        var page = await Store.ListMessagesAsync(new MessageQuery { TenantId = A.Tenant }, default);

        Assert.Equal(messages.Select(message => message.Id).Reverse(), page.Items.Select(message => message.Id));
        Assert.Null(page.NextCursor);
    }

    [Fact]
    public async Task A_listed_message_has_everything()
    {
        var message = A.Message(
            eventId: "paid-1", channels: ["eu", "us"], payload: new byte[] { 1, 0, 255 }, createdAt: A.At(1.5), deliverAt: A.At(2.5),
            expiresAt: A.At(3.5), isAtMostOnce: true);
        await AppendAsync(message);

        var listed = Assert.Single((await Store.ListMessagesAsync(new MessageQuery { TenantId = A.Tenant }, default)).Items);

        Assert.Equal(message.Payload!.Value.ToArray(), listed.Payload!.Value.ToArray());
        Assert.Equal(message.Channels, listed.Channels);
        Assert.Equal(message with { Payload = default, Channels = [] }, listed with { Payload = default, Channels = [] });
    }

    [Fact]
    public async Task Messages_are_found_by_event_type_and_time()
    {
        var first = A.Message(eventType: "order.paid", createdAt: A.At(1));
        var second = A.Message(eventType: "order.lost", createdAt: A.At(2.001));
        var third = A.Message(eventType: "order.paid", createdAt: A.At(3));
        await AppendAsync(first, second, third);

        await AssertFoundAsync(new MessageQuery { EventType = "order.paid" }, third, first);
        await AssertFoundAsync(new MessageQuery { EventType = "ORDER.PAID" });
        await AssertFoundAsync(new MessageQuery { EventType = "order" });
        await AssertFoundAsync(new MessageQuery { Since = A.At(2.001) }, third, second);
        await AssertFoundAsync(new MessageQuery { Since = A.At(2.002) }, third);
        await AssertFoundAsync(new MessageQuery { Until = A.At(2.001) }, first);
        await AssertFoundAsync(new MessageQuery { Until = A.At(2.002) }, second, first);
        await AssertFoundAsync(new MessageQuery { Since = A.At(1), Until = A.At(3), EventType = "order.paid" }, first);

        async Task AssertFoundAsync(MessageQuery query, params WebhookMessage[] expected) => Assert.Equal(
            expected.Select(message => message.Id),
            (await ReadMessagesAsync(query with { TenantId = A.Tenant, Limit = 1 })).Select(message => message.Id));
    }

    [Fact]
    public async Task Deliveries_are_listed_newest_first()
    {
        await AddEndpointAsync();
        var messages = A.Messages(5);
        await AppendAsync(messages);

        var page = await Store.ListDeliveriesAsync(new DeliveryQuery { TenantId = A.Tenant }, default);

        Assert.Equal(
            messages.Select(message => message.Id).Reverse(), page.Items.Select(delivery => delivery.MessageId));
    }

    [Fact]
    public async Task A_leased_delivery_has_the_end_of_its_lease_and_no_time_of_a_next_attempt()
    {
        await AddEndpointAsync();
        var first = await AppendLeasedAsync();
        await AssertTimesAsync(nextAttemptAt: null, leaseUntil: first.LeaseUntil);

        await CompleteAsync(A.Retry(first, A.At(5)));
        await AssertTimesAsync(nextAttemptAt: A.At(5), leaseUntil: null);

        var second = Assert.Single((await ClaimAsync(at: 5)).Deliveries);
        await AssertTimesAsync(nextAttemptAt: null, leaseUntil: second.LeaseUntil);

        await ReleaseAsync(second, dueAt: 9);
        await AssertTimesAsync(nextAttemptAt: A.At(9), leaseUntil: null);

        async Task AssertTimesAsync(DateTimeOffset? nextAttemptAt, DateTimeOffset? leaseUntil)
        {
            var delivery = await GetDeliveryAsync(first);
            Assert.Equal((nextAttemptAt, leaseUntil, false), (delivery.NextAttemptAt, delivery.LeaseUntil, delivery.IsHeld));
            Assert.Equal(delivery, Assert.Single(await ReadDeliveriesAsync(new DeliveryQuery { TenantId = A.Tenant })));
        }
    }

    [Fact]
    public async Task Deliveries_are_found_by_each_of_their_properties_and_all_together()
    {
        var all = await AddEndpointAsync();
        var paid = await AddAsync(A.Endpoint(eventTypes: ["order.paid"]));
        var first = A.Message(eventType: "order.paid", createdAt: A.At(1));
        var second = A.Message(eventType: "order.lost", createdAt: A.At(2.001));
        await AppendAsync(first, second);
        foreach (var lease in (await ClaimAsync(at: 3)).Deliveries)
        {
            await CompleteAsync((lease.EndpointId == paid.EndpointId, lease.Message.Id == first.Id) switch
            {
                (true, _) => A.Success(lease),
                (false, true) => A.Failure(lease),
                _ => A.Retry(lease, A.At(1000)),
            });
        }

        var firstToAll = (first.Id, all.EndpointId);
        var firstToPaid = (first.Id, paid.EndpointId);
        var secondToAll = (second.Id, all.EndpointId);
        await AssertFoundAsync(new DeliveryQuery(), secondToAll, firstToAll, firstToPaid);
        await AssertFoundAsync(new DeliveryQuery { EndpointId = all.EndpointId }, secondToAll, firstToAll);
        await AssertFoundAsync(new DeliveryQuery { EndpointId = "ep_unknown" });
        await AssertFoundAsync(new DeliveryQuery { MessageId = first.Id }, firstToAll, firstToPaid);
        await AssertFoundAsync(new DeliveryQuery { MessageId = "msg_unknown" });
        await AssertFoundAsync(new DeliveryQuery { Status = DeliveryStatus.Succeeded }, firstToPaid);
        await AssertFoundAsync(new DeliveryQuery { Status = DeliveryStatus.Failed }, firstToAll);
        await AssertFoundAsync(new DeliveryQuery { Status = DeliveryStatus.Pending }, secondToAll);
        await AssertFoundAsync(new DeliveryQuery { Status = DeliveryStatus.Canceled });
        await AssertFoundAsync(new DeliveryQuery { EventType = "order.paid" }, firstToAll, firstToPaid);
        await AssertFoundAsync(new DeliveryQuery { EventType = "order.*" });
        await AssertFoundAsync(new DeliveryQuery { Since = A.At(2.001) }, secondToAll);
        await AssertFoundAsync(new DeliveryQuery { Until = A.At(2.001) }, firstToAll, firstToPaid);
        await AssertFoundAsync(
            new DeliveryQuery
            {
                EndpointId = all.EndpointId,
                MessageId = first.Id,
                Status = DeliveryStatus.Failed,
                EventType = "order.paid",
                Since = A.At(1),
                Until = A.At(1.001),
            },
            firstToAll);
        await AssertFoundAsync(new DeliveryQuery { MessageId = first.Id, Status = DeliveryStatus.Pending });

        async Task AssertFoundAsync(DeliveryQuery query, params (string MessageId, string EndpointId)[] expected)
        {
            var found = await ReadDeliveriesAsync(query with { TenantId = A.Tenant, Limit = 1 });
            Assert.Equal(expected.Order(), found.Select(delivery => (delivery.MessageId, delivery.EndpointId)).Order());
        }
    }

    [Fact]
    public async Task Attempts_are_listed_first_to_last_in_pages()
    {
        await AddEndpointAsync();
        var lease = await AppendLeasedAsync();
        for (var number = 1; number < 12; number++)
        {
            await CompleteAsync(A.Retry(lease, A.At(number), startedAt: A.At(number - 1)));
            lease = Assert.Single((await ClaimAsync(at: number)).Deliveries);
        }

        var query = new AttemptQuery { TenantId = A.Tenant, DeliveryId = lease.Id, Limit = 4 };
        var firstPage = await Store.ListAttemptsAsync(query, default);
        await CompleteAsync(A.Success(lease));
        var attempts = await ReadAllAsync(
            cursor => cursor is null ? Task.FromResult(firstPage) : Store.ListAttemptsAsync(query with { Cursor = cursor }, default));

        Assert.Equal(4, firstPage.Items.Count);
        Assert.Equal(Enumerable.Range(1, 12), attempts.Select(attempt => attempt.Number));
    }

    [Fact]
    public async Task A_page_that_is_just_full_is_the_last_when_nothing_follows()
    {
        await AddEndpointAsync();
        await AppendAsync(A.Messages(4));

        var first = await Store.ListMessagesAsync(new MessageQuery { TenantId = A.Tenant, Limit = 2 }, default);
        var second = await Store.ListMessagesAsync(
            new MessageQuery { TenantId = A.Tenant, Limit = 2, Cursor = first.NextCursor }, default);

        Assert.NotNull(first.NextCursor);
        Assert.Equal(2, second.Items.Count);
        Assert.Null(second.NextCursor);
    }

    [Fact]
    public async Task Pages_of_messages_and_deliveries_are_stable_while_rows_are_added()
    {
        await AddEndpointAsync();
        var messages = A.Messages(10).Select(message => message.Id).ToList();
        await AppendAsync([.. messages.Select(id => A.Message(id: id))]);

        var listed = await ReadAllAsync(async cursor =>
        {
            var page = await Store.ListMessagesAsync(new MessageQuery { TenantId = A.Tenant, Limit = 3, Cursor = cursor }, default);
            await AppendAsync(A.Message());
            return page;
        });
        var added = (await ReadMessagesAsync(new MessageQuery { TenantId = A.Tenant })).Select(message => message.Id).Except(messages);
        var delivered = await ReadAllAsync(async cursor =>
        {
            var page = await Store.ListDeliveriesAsync(new DeliveryQuery { TenantId = A.Tenant, Limit = 3, Cursor = cursor }, default);
            await AppendAsync(A.Message());
            await ClaimAsync(at: 1, limit: 1);
            return page;
        });

        Assert.Equal(messages.AsEnumerable().Reverse(), listed.Select(message => message.Id));
        Assert.Equal(
            added.Concat(messages.AsEnumerable().Reverse()), delivered.Select(delivery => delivery.MessageId));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("not a cursor")]
    [InlineData("AAAA")]
    [InlineData("../../etc/passwd")]
    [InlineData("bWVzc2FnZXM6")]
    [InlineData("' OR 1=1 --")]
    public async Task Text_that_is_not_a_cursor_is_refused(string cursor)
    {
        await AddEndpointAsync();
        var lease = await AppendLeasedAsync();

        await AssertCursorIsRefusedAsync(() => Store.ListEndpointsAsync(new EndpointQuery { TenantId = A.Tenant, Cursor = cursor }, default));
        await AssertCursorIsRefusedAsync(() => Store.ListMessagesAsync(new MessageQuery { TenantId = A.Tenant, Cursor = cursor }, default));
        await AssertCursorIsRefusedAsync(() => Store.ListDeliveriesAsync(new DeliveryQuery { TenantId = A.Tenant, Cursor = cursor }, default));
        await AssertCursorIsRefusedAsync(() => Store.ListAttemptsAsync(
            new AttemptQuery { TenantId = A.Tenant, DeliveryId = lease.Id, Cursor = cursor }, default));
    }

    [Fact]
    public async Task A_cursor_of_another_list_is_refused()
    {
        await AddEndpointAsync();
        await AddEndpointAsync();
        await AppendAsync(A.Messages(2));
        var ofEndpoints = (await Store.ListEndpointsAsync(new EndpointQuery { TenantId = A.Tenant, Limit = 1 }, default)).NextCursor;
        var ofMessages = (await Store.ListMessagesAsync(new MessageQuery { TenantId = A.Tenant, Limit = 1 }, default)).NextCursor;
        var ofDeliveries = (await Store.ListDeliveriesAsync(new DeliveryQuery { TenantId = A.Tenant, Limit = 1 }, default)).NextCursor;

        Assert.Equal(3, new[] { ofEndpoints, ofMessages, ofDeliveries }.Distinct().Count());
        await AssertCursorIsRefusedAsync(() => Store.ListEndpointsAsync(new EndpointQuery { TenantId = A.Tenant, Cursor = ofMessages }, default));
        await AssertCursorIsRefusedAsync(() => Store.ListMessagesAsync(new MessageQuery { TenantId = A.Tenant, Cursor = ofDeliveries }, default));
        await AssertCursorIsRefusedAsync(() => Store.ListDeliveriesAsync(new DeliveryQuery { TenantId = A.Tenant, Cursor = ofEndpoints }, default));
        await AssertCursorIsRefusedAsync(() => Store.ListAttemptsAsync(
            new AttemptQuery { TenantId = A.Tenant, DeliveryId = "dlv_1", Cursor = ofMessages }, default));
    }

    [Fact]
    public async Task No_read_shows_another_tenants_rows()
    {
        var endpoint = await AddEndpointAsync();
        var lease = await AppendLeasedAsync();
        await CompleteAsync(A.Retry(lease, A.At(5)));

        Assert.Null(await Store.GetEndpointAsync(new EndpointKey(A.OtherTenant, endpoint.EndpointId), default));
        Assert.Null(await Store.GetMessageAsync(A.OtherTenant, lease.Message.Id, default));
        Assert.Null(await Store.GetDeliveryAsync(A.OtherTenant, lease.Id, default));
        Assert.Empty((await Store.ListEndpointsAsync(new EndpointQuery { TenantId = A.OtherTenant }, default)).Items);
        Assert.Empty(await ReadMessagesAsync(new MessageQuery { TenantId = A.OtherTenant }));
        Assert.Empty(await ReadDeliveriesAsync(new DeliveryQuery { TenantId = A.OtherTenant }));
        Assert.Empty(await ReadDeliveriesAsync(new DeliveryQuery { TenantId = A.OtherTenant, EndpointId = endpoint.EndpointId }));
        Assert.Empty(await ReadDeliveriesAsync(lease.Message.Id, A.OtherTenant));
        Assert.Empty((await Store.ListAttemptsAsync(
            new AttemptQuery { TenantId = A.OtherTenant, DeliveryId = lease.Id }, default)).Items);
    }

    [Fact]
    public async Task What_is_not_there_is_null_or_empty()
    {
        Assert.Null(await Store.GetMessageAsync(A.Tenant, "msg_unknown", default));
        Assert.Null(await Store.GetDeliveryAsync(A.Tenant, "dlv_unknown", default));
        Assert.Empty(await ReadMessagesAsync(new MessageQuery { TenantId = A.Tenant }));
        Assert.Empty(await ReadDeliveriesAsync("msg_unknown"));
        Assert.Empty((await Store.ListAttemptsAsync(
            new AttemptQuery { TenantId = A.Tenant, DeliveryId = "dlv_unknown" }, default)).Items);
    }
}
