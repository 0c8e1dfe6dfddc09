using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.Core.Tests.Log;

public sealed class WebhookLogTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(251)]
    public async Task A_limit_out_of_range_is_refused(int limit)
    {
        await using var host = await TestHost.StartAsync();

        await EachListShouldRefuseAsync(
            host, limit, tenantId: "default", cursor: null, "limit", "range", limit.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("%%%")]
    [InlineData("bWVzc2FnZXM6eA")]
    [InlineData("b3RoZXI6MQ")]
    public async Task A_cursor_that_no_list_has_given_is_refused(string cursor)
    {
        await using var host = await TestHost.StartAsync();

        await EachListShouldRefuseAsync(host, limit: 1, tenantId: "default", cursor, "cursor", "cursor", cursor);
    }

    [Fact]
    public async Task The_cursor_of_another_list_is_refused()
    {
        await using var host = await TestHost.StartAsync();
        await host.AddEndpointAsync();
        await host.PublishBatchAsync(2);
        var cursor = (await host.Log.ListMessagesAsync(new MessageQuery { Limit = 1 })).NextCursor;

        var list = () => host.Log.ListDeliveriesAsync(new DeliveryQuery { Cursor = cursor });

        (await list.Should().ThrowAsync<WebhookValidationException>()).Which.Errors.Single().Field.Should().Be("cursor");
    }

    [Fact]
    public async Task Attempts_are_of_a_delivery_or_of_a_message()
    {
        await using var host = await TestHost.StartAsync();

        foreach (var query in new[] { new AttemptQuery(), new AttemptQuery { DeliveryId = "dlv_1", MessageId = "msg_1" } })
        {
            var list = () => host.Log.ListAttemptsAsync(query);
            (await list.Should().ThrowAsync<WebhookValidationException>()).Which.Errors.Single().Field.Should().Be("deliveryId");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100_001)]
    public async Task A_count_without_a_bound_is_refused(int limit)
    {
        await using var host = await TestHost.StartAsync();

        var count = () => host.Log.CountDeliveriesAsync(new DeliveryCountQuery { EndpointId = "ep_1", Limit = limit });

        (await count.Should().ThrowAsync<WebhookValidationException>()).Which.Errors.Single().Field.Should().Be("limit");
    }

    [Fact]
    public async Task A_tenant_without_a_name_is_refused()
    {
        await using var host = await TestHost.StartAsync();

        await EachListShouldRefuseAsync(host, limit: 1, tenantId: "", cursor: null, "tenantId", "required", "");
    }

    [Fact]
    public async Task Deliveries_are_found_by_every_filter()
    {
        await using var host = await TestHost.StartAsync();
        host.Receiver.AnswerEach(_ => new HttpResponseMessage(System.Net.HttpStatusCode.OK));
        var first = await host.AddEndpointAsync();
        await host.AddEndpointAsync();
        var early = await host.Publisher.PublishAsync("order.created", 1);
        await host.WhenDeliveriesAsync(all => all.Count == 2 && all.All(delivery => delivery.Status == DeliveryStatus.Succeeded));
        host.Clock.Advance(TimeSpan.FromHours(1));
        host.Receiver.AnswerWith(System.Net.HttpStatusCode.NotFound);
        await host.Publisher.PublishAsync("order.paid", 2);
        await host.WhenDeliveriesAsync(all => all.Count == 4 && all.All(delivery => delivery.AttemptCount == 1));
        var later = TestHost.Noon.AddHours(1);

        (await CountAsync(host, new DeliveryQuery())).Should().Be(4);
        (await CountAsync(host, new DeliveryQuery { EndpointId = first })).Should().Be(2);
        (await CountAsync(host, new DeliveryQuery { MessageId = early.MessageId })).Should().Be(2);
        (await CountAsync(host, new DeliveryQuery { Status = DeliveryStatus.Pending })).Should().Be(2);
        (await CountAsync(host, new DeliveryQuery { EventType = "order.created" })).Should().Be(2);
        (await CountAsync(host, new DeliveryQuery { Since = later })).Should().Be(2);
        (await CountAsync(host, new DeliveryQuery { Until = later })).Should().Be(2);
        (await CountAsync(host, new DeliveryQuery { EndpointId = first, Status = DeliveryStatus.Succeeded, Until = later })).Should().Be(1);
        (await CountAsync(host, new DeliveryQuery { TenantId = "other" })).Should().Be(0);
    }

    [Fact]
    public async Task Messages_are_found_by_type_and_time_page_by_page()
    {
        await using var host = await TestHost.StartAsync();
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            ids.Insert(0, (await host.Publisher.PublishAsync(i == 0 ? "order.paid" : "order.created", i)).MessageId);
            host.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        var page = await host.Log.ListMessagesAsync(new MessageQuery { Limit = 3 });
        var rest = await host.Log.ListMessagesAsync(new MessageQuery { Limit = 3, Cursor = page.NextCursor });

        page.Items.Concat(rest.Items).Select(message => message.Id).Should().Equal(ids);
        rest.NextCursor.Should().BeNull();
        (await host.Log.ListMessagesAsync(new MessageQuery { EventType = "order.paid" })).Items.Single().Id.Should().Be(ids[4]);
        (await host.Log.ListMessagesAsync(new MessageQuery { Since = TestHost.Noon.AddMinutes(1), Until = TestHost.Noon.AddMinutes(3) }))
            .Items.Select(message => message.Id).Should().Equal(ids[2], ids[3]);
    }

    [Fact]
    public async Task For_another_tenant_there_is_nothing_to_read()
    {
        await using var host = await TestHost.StartAsync();
        await host.AddEndpointAsync();
        var message = await host.PublishAsync();
        var delivery = await host.DeliveryAsync(DeliveryStatus.Succeeded);

        (await host.Log.GetDeliveryAsync(delivery.Id)).Should().Be(delivery);
        (await host.Log.GetDeliveryAsync(delivery.Id, "other")).Should().BeNull();
        (await host.Log.GetMessageAsync(message.MessageId, "other")).Should().BeNull();
        (await host.Log.ListAttemptsAsync(new AttemptQuery { DeliveryId = delivery.Id })).Items.Should().ContainSingle();
        (await host.Log.ListAttemptsAsync(new AttemptQuery { DeliveryId = delivery.Id, TenantId = "other" })).Items.Should().BeEmpty();
    }

    private static async Task<int> CountAsync(TestHost host, DeliveryQuery query) =>
        (await host.Log.ListDeliveriesAsync(query)).Items.Count;

    private static async Task EachListShouldRefuseAsync(
        TestHost host, int limit, string tenantId, string? cursor, string field, string rule, string? value)
    {
        foreach (var list in new Func<Task>[]
        {
            () => host.Log.ListMessagesAsync(new MessageQuery { Limit = limit, TenantId = tenantId, Cursor = cursor }),
            () => host.Log.ListDeliveriesAsync(new DeliveryQuery { Limit = limit, TenantId = tenantId, Cursor = cursor }),
            () => host.Log.ListAttemptsAsync(
                new AttemptQuery { Limit = limit, TenantId = tenantId, Cursor = cursor, DeliveryId = "dlv_1" }),
            () => host.Endpoints.ListAsync(new EndpointQuery { Limit = limit, TenantId = tenantId, Cursor = cursor }),
        })
        {
            (await list.Should().ThrowAsync<WebhookValidationException>()).Which.Errors.Should().ContainSingle()
                .Which.Should().BeEquivalentTo(new { Field = field, Rule = rule, Value = value });
        }
    }
}
