using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Catalog;
using Webhooks.Catalog.Comparison;
using Webhooks.Endpoints;

namespace Webhooks.Docs.Tests.Snippets.Catalog;

internal static class CatalogSnippets
{
    public static void Describe(IServiceCollection services) =>
        services.AddWebhooks(webhooks => webhooks
            .AddEventType<OrderPaid>("order.paid", type => type
                .WithDescription("An order was paid in full.")
                .WithGroup("Orders")
                .WithTags("money")
                .WithExample(new OrderPaid("o-1", 1250, "EUR")))
            .AddEventType<OrderSettled>("order.settled", type => type
                .Deprecate(successor: "order.paid", reason: "It is sent until the end of 2027.")));

    public static void Discover(IServiceCollection services) =>
        services.AddWebhooks(webhooks => webhooks.AddDiscoveredEventTypes());

    public static void Version(IServiceCollection services) =>
        services.AddWebhooks(webhooks => webhooks
            .AddEventType<OrderPaid>("order.paid", type => type
                .WithVersion("v2")
                .WithOlderVersion("v1", (OrderPaid paid) => new OrderPaidV1(paid.Id, paid.Cents / 100m)))
            .Configure(options => options.EventVersion = "v1"));

    public static Task PinAsync(IWebhookEndpoints endpoints) =>
        endpoints.CreateAsync(new EndpointSettings { Url = "https://example.com/hooks", EventTypes = ["order.*"], EventVersion = "v2" });

    public static void Map(WebApplication app) =>
        app.MapGet("/webhooks/openapi.json", (IEventCatalogExporter catalog) => Results.Text(catalog.ToOpenApi(), "application/json"));

    public static void Compare(IServiceProvider services)
    {
        var catalog = services.GetRequiredService<IEventCatalogExporter>().ToJson();
        EventCatalogSnapshot.Compare(before: File.ReadAllText("catalog.json"), after: catalog).ThrowIfBreaking();
    }

    private sealed record OrderSettled(string Id);

    private sealed record OrderPaidV1(string Id, decimal Total);
}

[WebhookEvent("customer.created", Group = "Customers")]
[Description("Somebody signed up.")]
public sealed record CustomerCreated(
    [property: Description("The customer's id.")] string Id,
    string? Name) : IEventExamples<CustomerCreated>
{
    public static IReadOnlyList<CustomerCreated> Examples => [new("c-1", "Zoë")];
}

public sealed record OrderPaid(string Id, long Cents, string Currency);
