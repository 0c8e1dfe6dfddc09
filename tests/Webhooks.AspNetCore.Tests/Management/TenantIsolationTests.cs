using System.Net;
using Microsoft.AspNetCore.Routing;
using Webhooks.Log;
using Webhooks.Publishing;
using Webhooks.Replay;
using Webhooks.Storage;

namespace Webhooks.AspNetCore.Tests.Management;

/// <summary>Calls every route that is mapped with the ids of another tenant. A route that is not in the table fails the test.</summary>
public sealed class TenantIsolationTests
{
    private const string Stranger = "stranger";
    private const string Nobody = "nobody";
    private const string Settings = """{"url":"https://example.com/","event_types":["*"]}""";

    /// <summary>What a route does with the ids of another tenant.</summary>
    private enum Isolation
    {
        /// <summary>Its ids are answered with 404. Called by their owner, they are not.</summary>
        NotFound,

        /// <summary>It lists, and shows nothing of others.</summary>
        Empty,

        /// <summary>It takes no ids, and makes something of the caller's own.</summary>
        Own,

        /// <summary>It shows nothing of any tenant.</summary>
        Shared,
    }

    private static readonly Dictionary<string, (Isolation Isolation, string? Body)> Routes = new()
    {
        ["POST /v1/endpoints"] = (Isolation.Own, Settings),
        ["GET /v1/endpoints"] = (Isolation.Empty, null),
        ["GET /v1/endpoints/{endpointId}"] = (Isolation.NotFound, null),
        ["PUT /v1/endpoints/{endpointId}"] = (Isolation.NotFound, Settings),
        ["PATCH /v1/endpoints/{endpointId}"] = (Isolation.NotFound, """{"name":"mine"}"""),
        ["POST /v1/endpoints/{endpointId}/disable"] = (Isolation.NotFound, null),
        ["POST /v1/endpoints/{endpointId}/enable"] = (Isolation.NotFound, null),
        ["GET /v1/endpoints/{endpointId}/secret"] = (Isolation.NotFound, null),
        ["POST /v1/endpoints/{endpointId}/secret/rotate"] = (Isolation.NotFound, null),
        ["GET /v1/endpoints/{endpointId}/credentials"] = (Isolation.NotFound, null),
        ["PUT /v1/endpoints/{endpointId}/credentials"] = (Isolation.NotFound, """{"headers":{"X-Key":"secret"}}"""),
        ["DELETE /v1/endpoints/{endpointId}/credentials"] = (Isolation.NotFound, null),
        ["POST /v1/endpoints/{endpointId}/test"] = (Isolation.NotFound, """{"event_type":"order.paid"}"""),
        ["GET /v1/endpoints/{endpointId}/statistics"] = (Isolation.NotFound, null),
        ["GET /v1/event-types"] = (Isolation.Shared, null),
        ["GET /v1/event-types/{eventType}"] = (Isolation.Shared, null),
        ["POST /v1/messages"] = (Isolation.Own, """{"event_type":"order.paid","data":{"orderId":"1","total":1}}"""),
        ["GET /v1/messages"] = (Isolation.Empty, null),
        ["GET /v1/messages/{messageId}"] = (Isolation.NotFound, null),
        ["GET /v1/messages/{messageId}/deliveries"] = (Isolation.NotFound, null),
        ["GET /v1/messages/{messageId}/attempts"] = (Isolation.NotFound, null),
        ["GET /v1/deliveries"] = (Isolation.Empty, null),
        ["GET /v1/deliveries/{deliveryId}"] = (Isolation.NotFound, null),
        ["GET /v1/deliveries/{deliveryId}/attempts"] = (Isolation.NotFound, null),
        ["GET /v1/endpoints/{endpointId}/deliveries"] = (Isolation.NotFound, null),
        ["POST /v1/deliveries/{deliveryId}/resend"] = (Isolation.NotFound, null),
        ["POST /v1/endpoints/{endpointId}/recover"] = (Isolation.NotFound, """{"since":"2026-01-01T00:00:00Z"}"""),
        ["POST /v1/replays"] = (Isolation.NotFound, """{"endpoint_id":"{endpointId}"}"""),
        ["GET /v1/replays"] = (Isolation.Empty, null),
        ["GET /v1/replays/{replayId}"] = (Isolation.NotFound, null),
        ["POST /v1/replays/{replayId}/cancel"] = (Isolation.NotFound, null),
        ["GET /v1/health"] = (Isolation.Shared, null),
        ["DELETE /v1/endpoints/{endpointId}"] = (Isolation.NotFound, null),
    };

    [Fact]
    public async Task Every_route_answers_404_to_the_ids_of_another_tenant()
    {
        await using var host = await ManagementHost.StartAsync();
        MappedRoutes(host).Should().BeEquivalentTo(Routes.Keys, "each route needs its line in the table of this test");
        var ids = await FillAsync(host);

        foreach (var (route, (isolation, body)) in Routes)
        {
            var answer = await CallAsync(host, route, ids, body, Stranger);
            switch (isolation)
            {
                case Isolation.NotFound:
                    answer.ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
                    break;
                case Isolation.Empty:
                    answer.StatusCode.Should().Be(HttpStatusCode.OK, route);
                    (await CallAsync(host, route, ids, body, Nobody)).Text.Should().Be("""{"data":[],"next_cursor":null}""", route);
                    break;
                default:
                    ((int)answer.StatusCode).Should().BeInRange(200, 299, route);
                    break;
            }

            foreach (var (name, id) in ids.Where(entry => isolation != Isolation.NotFound && entry.Key != "eventType"))
            {
                answer.Text.Should().NotContain(id, "{0} must not show the {1} of another tenant", route, name);
            }
        }
    }

    [Fact]
    public async Task Every_route_answers_its_owner()
    {
        await using var host = await ManagementHost.StartAsync();
        var ids = await FillAsync(host);

        foreach (var (route, (_, body)) in Routes)
        {
            var answer = await CallAsync(host, route, ids, body, ManagementHost.Tenant);
            ((int)answer.StatusCode).Should().BeInRange(200, 299, $"{route} was answered {answer}");
        }
    }

    private static IEnumerable<string> MappedRoutes(ManagementHost host) =>
        from endpoint in host.Service<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods
        select $"{method} {endpoint.RoutePattern.RawText}";

    /// <summary>Gives a tenant one of everything. What it is sent is refused at once.</summary>
    private static async Task<Dictionary<string, string>> FillAsync(ManagementHost host)
    {
        var endpointId = await host.CreateEndpointAsync("http://127.0.0.1:9/");
        var published = await host.Service<IWebhookPublisher>().PublishAsync(
            new ManagementHost.OrderPaid("1", 1), new PublishOptions { TenantId = ManagementHost.Tenant });
        var deliveries = await host.Service<IWebhookLog>().ListDeliveriesAsync(new DeliveryQuery { TenantId = ManagementHost.Tenant });
        var replay = await host.Service<IWebhookReplay>().StartAsync(new ReplayRequest { TenantId = ManagementHost.Tenant });
        return new()
        {
            ["endpointId"] = endpointId,
            ["messageId"] = published.MessageId,
            ["deliveryId"] = deliveries.Items.Single().Id,
            ["replayId"] = replay.Id,
            ["eventType"] = "order.paid",
        };
    }

    private static Task<Answer> CallAsync(
        ManagementHost host, string route, Dictionary<string, string> ids, string? body, string tenant)
    {
        var (method, path) = (route.Split(' ')[0], route.Split(' ')[1]);
        foreach (var (name, id) in ids)
        {
            path = path.Replace($"{{{name}}}", id, StringComparison.Ordinal);
            body = body?.Replace($"{{{name}}}", id, StringComparison.Ordinal);
        }

        path.Should().NotContain("{", "the test has to know the parameters of {0}", route);
        return host.SendAsync(new HttpMethod(method), path, body, tenant);
    }
}
