using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.AspNetCore.Management;
using Webhooks.TestKit;

namespace Webhooks.AspNetCore.Tests.Management;

public sealed class OpenApiTests
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task The_document_of_all_parts_is_the_approved_one() =>
        Snapshot.Match(WithoutAddress(await ReadAsync()).ToJsonString(Readable));

    [Fact]
    public async Task The_document_has_every_route_with_an_example_of_every_body()
    {
        await using var host = await StartAsync();
        var document = (await host.GetAsync("/openapi/v1.json")).Json;
        var operations =
            from path in document["paths"]!.AsObject()
            from operation in path.Value!.AsObject()
            select (Route: $"{operation.Key.ToUpperInvariant()} {path.Key}", Operation: operation.Value!);

        operations.Select(entry => entry.Route).Should().BeEquivalentTo(
            from endpoint in host.Service<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            where endpoint.RoutePattern.RawText!.StartsWith("/v1", StringComparison.Ordinal)
            from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods
            select $"{method} {endpoint.RoutePattern.RawText}");
        foreach (var (route, operation) in operations)
        {
            IEnumerable<JsonNode?> contents =
            [
                .. operation["requestBody"]?["content"]?.AsObject().Select(content => content.Value) ?? [],
                .. operation["responses"]!.AsObject().Where(response => response.Key.StartsWith('2'))
                    .SelectMany(response => response.Value!["content"]?.AsObject().Select(content => content.Value) ?? []),
            ];
            contents.Where(content => content!["example"] is null).Should().BeEmpty("{0} needs examples", route);
            ((string?)operation["operationId"]).Should().NotBeNullOrEmpty(route);
            ((string?)operation["summary"]).Should().NotBeNullOrEmpty(route);
        }
    }

    [Fact]
    public async Task The_guide_lists_every_route()
    {
        await using var host = await StartAsync();
        var guide = File.ReadLines(Path.Combine(Repository.Root, "docs", "management-api.md"))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal) && line.Contains(" /v1/", StringComparison.Ordinal))
            .Select(line => line.Split('`')[1]);

        guide.Should().BeEquivalentTo(
            from endpoint in host.Service<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            where endpoint.RoutePattern.RawText!.StartsWith("/v1", StringComparison.Ordinal)
            from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods
            select $"{method} {endpoint.RoutePattern.RawText}");
    }

    [Fact]
    public async Task The_document_spells_names_as_the_host_does()
    {
        var document = await ReadAsync(options => options.Naming = WebhookApiNaming.CamelCase);

        var schemas = document["components"]!["schemas"]!.AsObject();
        schemas["EndpointInput"]!["properties"]!.AsObject().Should().ContainKey("eventTypes");
        schemas.SelectMany(schema => schema.Value!["properties"]?.AsObject().Select(property => property.Key) ?? [])
            .Should().NotContain(name => name.Contains('_'));
        document.ToJsonString().Should().Contain("\"name\":\"eventType\"").And.NotContain("event_type");
    }

    private static async Task<JsonNode> ReadAsync(Action<WebhookManagementOptions>? configure = null)
    {
        await using var host = await StartAsync(configure);
        var answer = await host.GetAsync("/openapi/v1.json");
        answer.StatusCode.Should().Be(HttpStatusCode.OK, answer.Text);
        return answer.Json;
    }

    private static JsonNode WithoutAddress(JsonNode document)
    {
        document.AsObject().Remove("servers");
        return document;
    }

    private static Task<ManagementHost> StartAsync(Action<WebhookManagementOptions>? configure = null) => ManagementHost.StartAsync(
        configure,
        services: builder => builder.Services.AddOpenApi(),
        map: app =>
        {
            ManagementHost.Map(WebhookApiParts.All)(app);
            app.MapOpenApi().AllowAnonymous();
        });
}
