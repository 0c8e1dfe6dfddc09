using Webhooks.Endpoints;
using Xunit;

namespace Webhooks.Testing.Conformance;

public abstract partial class WebhookStoreConformance
{
    [Theory]
    [InlineData("order.paid", "order.paid", true)]
    [InlineData("order.paid", "order.paid.late", false)]
    [InlineData("order.paid", "order.pai", false)]
    [InlineData("order.paid", "Order.Paid", false)]
    [InlineData("order.*", "order.paid", true)]
    [InlineData("order.*", "order.paid.late", true)]
    [InlineData("order.*", "order", false)]
    [InlineData("order.*", "orders.paid", false)]
    [InlineData("order.paid.*", "order.paid.late", true)]
    [InlineData("order.paid.*", "order.paid", false)]
    [InlineData("order_.*", "orderx.paid", false)]
    [InlineData("*", "order.paid", true)]
    [InlineData("*", "ping", true)]
    public async Task An_endpoint_gets_the_event_types_that_its_pattern_matches(string pattern, string eventType, bool matches)
    {
        await AddAsync(A.Endpoint(eventTypes: ["never.sent", pattern]));

        var result = Assert.Single(await AppendAsync(A.Message(eventType: eventType)));

        Assert.Equal(matches ? 1 : 0, result.DeliveryCount);
    }

    [Fact]
    public async Task An_endpoint_gets_a_message_once_however_many_of_its_patterns_match()
    {
        await AddAsync(A.Endpoint(eventTypes: ["*", "order.*", "order.paid"], channels: ["a", "b"]));

        var result = Assert.Single(await AppendAsync(A.Message(channels: ["a", "b"])));

        Assert.Equal(1, result.DeliveryCount);
    }

    [Theory]
    [InlineData("", "", true)]
    [InlineData("", "eu", true)]
    [InlineData("eu", "", false)]
    [InlineData("eu", "us", false)]
    [InlineData("eu", "EU", false)]
    [InlineData("eu,us", "us,asia", true)]
    public async Task An_endpoint_that_names_channels_gets_only_messages_that_share_one(
        string endpointChannels, string messageChannels, bool matches)
    {
        await AddAsync(A.Endpoint(channels: Split(endpointChannels)));

        var result = Assert.Single(await AppendAsync(A.Message(channels: Split(messageChannels))));

        Assert.Equal(matches ? 1 : 0, result.DeliveryCount);

        static string[] Split(string list) => list.Split(',', StringSplitOptions.RemoveEmptyEntries);
    }

    [Fact]
    public async Task A_disabled_endpoint_gets_nothing_new()
    {
        await AddAsync(A.Endpoint(status: EndpointStatus.Disabled));
        var disabledLater = await AddEndpointAsync();
        await DisableAsync(disabledLater);

        var result = Assert.Single(await AppendAsync(A.Message()));

        Assert.Equal(0, result.DeliveryCount);
    }

    [Fact]
    public async Task An_endpoint_gets_only_messages_of_its_tenant()
    {
        var endpoint = await AddAsync(A.Endpoint(id: "ep_same", tenant: A.Tenant));
        await AddAsync(A.Endpoint(id: "ep_same", tenant: A.OtherTenant, eventTypes: ["other"]));

        await AppendAsync(A.Message(), A.Message(tenant: A.OtherTenant));

        Assert.Equal(endpoint, Assert.Single((await ClaimAsync(at: 0)).Deliveries).EndpointKey);
    }

    [Fact]
    public async Task The_very_next_append_honours_every_change_of_an_endpoint()
    {
        Assert.Equal(0, await FanOutAsync());

        var endpoint = await AddEndpointAsync();
        Assert.Equal(1, await FanOutAsync());

        await ChangeAsync(endpoint, changed => changed with { Settings = changed.Settings with { EventTypes = ["other"] } });
        Assert.Equal(0, await FanOutAsync());

        await ChangeAsync(endpoint, changed => changed with { Settings = changed.Settings with { EventTypes = ["order.*"] } });
        Assert.Equal(1, await FanOutAsync());

        await ChangeAsync(endpoint, changed => changed with { Settings = changed.Settings with { Channels = ["eu"] } });
        Assert.Equal(0, await FanOutAsync());

        await ChangeAsync(endpoint, changed => changed with { Settings = changed.Settings with { Channels = [] } });
        Assert.Equal(1, await FanOutAsync());

        await DisableAsync(endpoint);
        Assert.Equal(0, await FanOutAsync());

        await EnableAsync(endpoint, at: 1);
        Assert.Equal(1, await FanOutAsync());

        await Store.DeleteEndpointAsync(endpoint, expectedVersion: null, A.At(2), announcement: null, default);
        Assert.Equal(0, await FanOutAsync());

        async Task<int> FanOutAsync() => Assert.Single(await AppendAsync(A.Message())).DeliveryCount;
    }

    [Fact]
    public async Task A_lease_carries_the_version_of_the_endpoint()
    {
        var endpoint = await AddEndpointAsync();
        await ChangeAsync(endpoint, changed => changed);
        Assert.Equal(2, (await AppendLeasedAsync()).EndpointVersion);

        await AppendAsync(A.Message(createdAt: A.At(1)));
        await ChangeAsync(endpoint, changed => changed);
        Assert.Equal(3, Assert.Single((await ClaimAsync(at: 1)).Deliveries).EndpointVersion);
    }

    [Fact]
    public async Task A_message_goes_to_many_endpoints()
    {
        for (var i = 0; i < 300; i++)
        {
            await AddEndpointAsync();
        }

        var result = Assert.Single(await AppendAsync(A.Message()));

        Assert.Equal(300, result.DeliveryCount);
        var claim = await ClaimAsync(at: 0, limit: 500);
        Assert.Equal(300, claim.Deliveries.Select(lease => lease.EndpointId).Distinct(StringComparer.Ordinal).Count());
    }
}
