using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Webhooks.Endpoints;
using Webhooks.Publishing;
using Webhooks.Signing;

namespace Webhooks.Docs.Tests.Snippets;

/// <summary>The code of README.md.</summary>
internal static class ReadmeSnippets
{
    public static void Register(HostApplicationBuilder builder)
    {
        builder.Services.AddWebhooks(webhooks => webhooks
            .UseSqlite("Data Source=webhooks.db")
            .AddEventType<OrderPaid>("order.paid", type => type.WithDescription("An order was paid in full.")));
    }

    public static async Task CreateOrderedAsync(IWebhookEndpoints endpoints)
    {
        await endpoints.CreateAsync(
            new EndpointSettings { Url = "https://example.com/hooks", EventTypes = ["order.*"], IsOrdered = true });
    }

    public static async Task CreateAsync(IWebhookEndpoints endpoints)
    {
        var created = await endpoints.CreateAsync(
            new EndpointSettings { Url = "https://example.com/hooks", EventTypes = ["order.*"] },
            new CreateEndpointOptions { TenantId = "acme" });

        Console.WriteLine(created.Secret.Reveal()); // whsec_…, for the customer; ToString() tells nothing
    }

    public static IResult Verify(IConfiguration configuration, HttpRequest request, byte[] body)
    {
        var verifier = new WebhookVerifier(WebhookSecret.Parse(configuration["Webhooks:Secret"]!));
        if (!verifier.Verify(name => request.Headers[name], body).IsValid)
            return Results.Unauthorized();

        return Results.Ok();
    }

    public static void AddHandler(IWebhooksBuilder webhooks)
    {
        webhooks.ConfigureHttpClient(client => client.AddHttpMessageHandler<MyHandler>())
                .DeferOn<BrokenCircuitException>(refused => refused.RetryAfter); // put back, not counted as an attempt
    }

    public static void Bind(IServiceCollection services, IConfiguration configuration) =>
        services.AddWebhooks(configuration.GetSection("Webhooks"));
}

public sealed class Checkout(IWebhookPublisher webhooks)
{
    public Task PayAsync(Order order, CancellationToken ct) =>
        webhooks.PublishAsync(new OrderPaid(order.Id, order.Total),
            new PublishOptions { TenantId = order.MerchantId, EventId = $"order-paid-{order.Id}" }, ct);
}
