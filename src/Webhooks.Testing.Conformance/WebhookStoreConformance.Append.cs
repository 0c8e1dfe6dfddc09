using System.Text;
using Webhooks.Dispatching;
using Webhooks.Publishing;
using Webhooks.Storage;
using Xunit;

namespace Webhooks.Testing.Conformance;

public abstract partial class WebhookStoreConformance
{
    [Fact]
    public async Task Initializing_again_does_nothing()
    {
        await AddEndpointAsync();
        await AppendAsync(A.Message(id: "msg_a"));

        await Store.InitializeAsync(default);

        Assert.NotNull(await Store.GetMessageAsync(A.Tenant, "msg_a", default));
    }

    [Fact]
    public async Task A_message_is_stored_with_a_delivery_for_each_matching_endpoint()
    {
        var first = await AddEndpointAsync();
        var second = await AddEndpointAsync();
        var message = A.Message(createdAt: A.At(7));

        var result = Assert.Single(await AppendAsync(message));

        Assert.Equal((message.Id, 2, false), (result.MessageId, result.DeliveryCount, result.IsDuplicate));
        Assert.Empty(result.Leased);
        var deliveries = await ReadDeliveriesAsync(message.Id);
        Assert.Equal(
            new[] { first.EndpointId, second.EndpointId }.Order(),
            deliveries.Select(delivery => delivery.EndpointId).Order());
        Assert.All(deliveries, delivery => Assert.Equal(
            new WebhookDelivery
            {
                Id = delivery.Id,
                TenantId = A.Tenant,
                MessageId = message.Id,
                EndpointId = delivery.EndpointId,
                EventType = message.EventType,
                Status = DeliveryStatus.Pending,
                AttemptCount = 0,
                CreatedAt = A.At(7),
                NextAttemptAt = A.At(7),
            },
            delivery));
    }

    [Fact]
    public async Task A_message_that_nobody_subscribes_to_is_stored_without_deliveries()
    {
        var message = A.Message();

        var result = Assert.Single(await AppendAsync(message));

        Assert.Equal(0, result.DeliveryCount);
        Assert.NotNull(await Store.GetMessageAsync(A.Tenant, message.Id, default));
        Assert.Null((await ClaimAsync(at: 1)).NextDueAt);
    }

    [Fact]
    public async Task Results_come_in_the_order_of_the_batch()
    {
        await AddEndpointAsync();
        var messages = A.Messages(250);

        var results = await AppendAsync(messages);

        Assert.Equal(messages.Select(message => message.Id), results.Select(result => result.MessageId));
        Assert.All(results, result => Assert.Equal(1, result.DeliveryCount));
    }

    [Fact]
    public async Task A_batch_can_hold_messages_of_many_tenants()
    {
        await AddEndpointAsync(A.Tenant);
        await AddEndpointAsync(A.OtherTenant);

        var results = await AppendAsync(A.Message(), A.Message(tenant: A.OtherTenant), A.Message(tenant: "nobody"));

        Assert.Equal([1, 1, 0], results.Select(result => result.DeliveryCount));
    }

    [Fact]
    public async Task An_append_that_fails_midway_stores_nothing()
    {
        await AddEndpointAsync();
        var messages = A.Messages(3);

        await Assert.ThrowsAsync<InvalidOperationException>(() => AppendAsync(new FailingList<WebhookMessage>(messages, failAt: 2)));

        Assert.Empty(await ReadMessagesAsync(new MessageQuery { TenantId = A.Tenant }));
        Assert.Empty(await ReadDeliveriesAsync(new DeliveryQuery { TenantId = A.Tenant }));
        Assert.Empty((await ClaimAsync(at: 1)).Deliveries);
    }

    [Fact]
    public async Task A_canceled_append_stores_nothing_and_says_so_or_ignores_it()
    {
        await AddEndpointAsync();
        var message = A.Message();

        var wasCanceled = false;
        try
        {
            await Store.AppendAsync([message], leases: null, new CancellationToken(canceled: true));
        }
        catch (OperationCanceledException)
        {
            wasCanceled = true;
        }

        Assert.Equal(wasCanceled, await Store.GetMessageAsync(A.Tenant, message.Id, default) is null);
    }

    [Fact]
    public async Task A_reader_sees_a_message_with_all_its_deliveries_or_not_at_all()
    {
        const int Endpoints = 20;
        for (var i = 0; i < Endpoints; i++)
        {
            await AddEndpointAsync();
        }

        var messages = A.Messages(40);
        var appending = Task.Run(async () =>
        {
            foreach (var batch in messages.Chunk(4))
            {
                await AppendAsync(batch);
            }
        });

        bool isLastRound;
        do
        {
            isLastRound = appending.IsCompleted;
            foreach (var message in messages)
            {
                if (await Store.GetMessageAsync(A.Tenant, message.Id, default) is not null)
                {
                    Assert.Equal(Endpoints, (await ReadDeliveriesAsync(message.Id)).Count);
                }
            }
        }
        while (!isLastRound);

        await appending;
        Assert.Equal(messages.Count, (await ReadMessagesAsync(new MessageQuery { TenantId = A.Tenant })).Count);
    }

    [Theory]
    [InlineData("{\"text\":\"Grüße, 世界 🎉\",\"n\":1.0e+2}")]
    [InlineData("{ \"b\" : 1,\r\n\t\"a\" : null }")]
    public async Task A_payload_keeps_its_bytes(string payload)
    {
        var bytes = Encoding.UTF8.GetBytes(payload);
        await AssertPayloadIsKeptAsync(bytes);
    }

    [Fact]
    public async Task A_payload_need_not_be_text()
    {
        byte[] everyByte = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];
        await AssertPayloadIsKeptAsync(everyByte);
    }

    [Fact]
    public async Task A_payload_can_have_256_KiB()
    {
        var payload = new byte[256 * 1024];
        new Random(1).NextBytes(payload);
        await AssertPayloadIsKeptAsync(payload);
    }

    [Fact]
    public async Task A_message_keeps_everything_it_has()
    {
        var message = A.Message() with
        {
            Timestamp = A.At(-86_400.001),
            CreatedAt = A.At(1.234),
            EventId = "order 1 'paid' \"twice\"; --",
            Channels = ["region-eu", "beta"],
        };

        await AppendAsync(message);

        var stored = await Store.GetMessageAsync(A.Tenant, message.Id, default);
        Assert.NotNull(stored);
        Assert.Equal(message.Timestamp, stored.Timestamp);
        Assert.Equal(message.CreatedAt, stored.CreatedAt);
        Assert.Equal(message.EventId, stored.EventId);
        Assert.Equal(message.Channels, stored.Channels);
        Assert.Equal(message.EventType, stored.EventType);
    }

    [Fact]
    public async Task Tenants_and_event_ids_can_be_any_text()
    {
        foreach (var text in new[] { "Ünïcode 世界 🎉", "a'b\"c%d_e\\f", " ", "null", new string('x', 255), "CASE", "case", "e\u0301", "\u00e9" })
        {
            var endpoint = await AddEndpointAsync(text);
            var message = A.Message(id: "msg_same", tenant: text, eventId: text);

            var result = Assert.Single(await AppendAsync(message));

            Assert.Equal((1, false), (result.DeliveryCount, result.IsDuplicate));
            Assert.Equal(text, (await Store.GetMessageAsync(text, message.Id, default))?.EventId);
            Assert.Equal(endpoint.EndpointId, Assert.Single(await ReadDeliveriesAsync(message.Id, text)).EndpointId);
        }
    }

    [Fact]
    public async Task New_deliveries_are_leased_in_the_order_of_the_batch_up_to_the_limit()
    {
        var endpoint = await AddEndpointAsync();
        var messages = A.Messages(5, createdAt: A.At(1));

        var results = await Store.AppendAsync(messages, new LeaseGrant(A.Owner, A.At(61), Limit: 3), default);

        Assert.Equal([1, 1, 1, 0, 0], results.Select(result => result.Leased.Count));
        foreach (var (message, result) in messages.Zip(results).Take(3))
        {
            var lease = result.Leased[0];
            Assert.Equal(message.Id, lease.Message.Id);
            Assert.Equal(endpoint, lease.EndpointKey);
            Assert.Equal((1, 1), (lease.AttemptNumber, lease.EndpointVersion));
            Assert.Equal(A.At(61), lease.LeaseUntil);
            Assert.True(message.Payload!.Value.Span.SequenceEqual(lease.Message.Payload!.Value.Span));
            Assert.Equal(A.At(61), (await GetDeliveryAsync(lease)).LeaseUntil);
        }

        var due = await ClaimAsync(at: 1, owner: A.OtherOwner);
        Assert.Equal(messages.Skip(3).Select(message => message.Id), due.Deliveries.Select(lease => lease.Message.Id));
    }

    [Fact]
    public async Task The_deliveries_of_one_message_can_be_leased_in_part()
    {
        await AddEndpointAsync();
        await AddEndpointAsync();
        await AddEndpointAsync();

        var results = await Store.AppendAsync([A.Message(), A.Message()], new LeaseGrant(A.Owner, A.At(60), Limit: 2), default);

        Assert.Equal([2, 0], results.Select(result => result.Leased.Count));
        Assert.Equal([3, 3], results.Select(result => result.DeliveryCount));
        Assert.Equal(4, (await ClaimAsync(at: 0, owner: A.OtherOwner)).Deliveries.Count);
    }

    private async Task AssertPayloadIsKeptAsync(byte[] payload)
    {
        await AddEndpointAsync();
        var message = A.Message(payload: payload);

        await AppendAsync(message);

        Assert.Equal(payload, (await Store.GetMessageAsync(A.Tenant, message.Id, default))!.Payload!.Value.ToArray());
        Assert.Equal(payload, Assert.Single((await ClaimAsync(at: 0)).Deliveries).Message.Payload!.Value.ToArray());
    }
}
