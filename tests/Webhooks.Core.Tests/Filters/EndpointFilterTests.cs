using System.Text;
using Webhooks.Core.Tests.Engine;
using Webhooks.Publishing;

namespace Webhooks.Core.Tests.Filters;

public sealed class EndpointFilterTests
{
    private const string Large = """{"data":{"total":{"$gte":100}}}""";

    [Fact]
    public async Task An_endpoint_gets_what_its_filter_lets_through_and_the_rest_makes_no_delivery()
    {
        await using var host = await TestHost.StartAsync();
        await host.AddEndpointAsync(TestHost.Settings() with { Filter = Large });

        (await PublishAsync(host, 99.99m)).DeliveryCount.Should().Be(0);
        (await PublishAsync(host, 100m)).DeliveryCount.Should().Be(1);

        await host.WhenDeliveriesAsync(deliveries => deliveries is [{ CompletedAt: not null }]);
        Encoding.UTF8.GetString(host.Receiver.Requests.Single().Body).Should().Contain("100");
    }

    [Fact]
    public async Task A_changed_filter_counts_from_the_next_publish_also_on_another_instance()
    {
        await using var host = await TestHost.StartAsync();
        await using var other = await TestHost.StartAsync(like: host);
        var id = await host.AddEndpointAsync(TestHost.Settings() with { Filter = Large });
        (await PublishAsync(other, 1)).DeliveryCount.Should().Be(0);

        await host.Endpoints.UpdateAsync(id, TestHost.Settings() with { Filter = """{"data":{"total":1}}""" });
        (await PublishAsync(other, 1)).DeliveryCount.Should().Be(1);

        await host.Endpoints.UpdateAsync(id, TestHost.Settings());
        (await PublishAsync(other, 2)).DeliveryCount.Should().Be(1);
    }

    [Fact]
    public async Task A_filter_is_kept_in_its_one_form()
    {
        await using var host = await TestHost.StartAsync();
        var id = await host.AddEndpointAsync(TestHost.Settings() with { Filter = """ { "data": { "total": { "$gte": 1e2 } } } """ });

        (await host.Endpoints.GetAsync(id))!.Settings.Filter.Should().Be(Large);
    }

    [Fact]
    public async Task A_filter_that_breaks_a_rule_is_refused_at_the_registration_with_the_other_mistakes()
    {
        await using var host = await TestHost.StartAsync();

        var create = () => host.Endpoints.CreateAsync(
            TestHost.Settings() with { Channels = ["a b"], Filter = """{"data":{"total":{"$gt":null}}}""" });

        (await create.Should().ThrowAsync<WebhookValidationException>()).Which.Errors.Select(error => (error.Field, error.Rule))
            .Should().Equal(("channels[0]", "channel"), ("filter/data/total/$gt", "operand"));
    }

    private static Task<PublishResult> PublishAsync(TestHost host, decimal total) =>
        host.Publisher.PublishAsync("order.created", new { total }).InTimeAsync();
}
