using System.Net;

namespace Webhooks.AspNetCore.Tests.Management;

public sealed class EventTypeTests
{
    [Fact]
    public async Task The_catalog_is_shown_with_schemas_and_examples_of_what_is_sent()
    {
        await using var host = await ManagementHost.StartAsync();

        var list = await host.GetAsync("/v1/event-types");
        var paid = await host.GetAsync("/v1/event-types/order.paid");

        list.Json["data"]!.AsArray().Select(type => (string)type!["name"]!).Should().Equal("order.lost", "order.paid");
        paid["description"].Should().Be("An order was paid in full.");
        var version = paid.Json["versions"]![0]!;
        ((string)version["schema"]!["$schema"]!).Should().Be("https://json-schema.org/draft/2020-12/schema");
        version["schema"]!["properties"]!["data"].Should().NotBeNull();
        ((string)version["examples"]![0]!["data"]!["orderId"]!).Should().Be("1001");
        ((string)version["examples"]![0]!["payload"]!["type"]!).Should().Be("order.paid");
        (await host.GetAsync("/v1/event-types/order.unknown")).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task Health_says_that_webhooks_go_out()
    {
        await using var host = await ManagementHost.StartAsync();

        (await host.GetAsync("/v1/health", tenant: null)).Text
            .Should().Be("""{"status":"healthy","description":null,"oldest_due_age_seconds":0}""");
    }
}
