using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.AspNetCore.Receiving;
using Webhooks.Signing;

namespace Webhooks.Docs.Tests.Snippets;

/// <summary>The code of docs/receiving.md and of the README of Webhooks.AspNetCore.</summary>
internal static class ReceivingSnippets
{
    public static void Protect(WebApplicationBuilder builder)
    {
        builder.Services.AddDataProtection()
            .SetApplicationName("shop")
            .PersistKeysToFileSystem(new DirectoryInfo("/var/lib/shop/keys"));
        builder.Services.AddWebhooks(webhooks => webhooks
            .UseSqlite("Data Source=webhooks.db")
            .ProtectSecretsWithDataProtection());
    }

    public static void Receive(WebApplication app, IConfiguration configuration)
    {
        var verifier = new WebhookVerifier(WebhookSecret.Parse(configuration["Webhooks:Secret"]!));

        app.MapPost("/hook", async (ReceivedWebhook<OrderPaid> webhook, Shipping shipping, CancellationToken ct) =>
            {
                await shipping.StartAsync(webhook.Data.OrderId, ct);
                return Results.NoContent();
            })
            .RequireWebhookSignature(verifier);

        app.MapPost("/large", (ReceivedWebhook webhook) => Results.NoContent())
            .RequireWebhookSignature(verifier, options => options.MaxBodyBytes = 4 * 1024 * 1024);

        app.MapPost("/events", (ReceivedWebhook<JsonElement> webhook) => webhook.Type switch
            {
                "order.paid" => Paid(webhook.Data.Deserialize<OrderPaid>(JsonSerializerOptions.Web)!),
                _ => Results.NoContent(), // what is not known yet is none of the sender's faults
            })
            .RequireWebhookSignature(verifier);
    }

    public static WebhookVerifier Rotate(WebhookSecret next, WebhookSecret current)
    {
        var rotating = new WebhookVerifier([next, current]);
        return rotating;
    }

    public static void ReceiveOfMany(WebApplication app)
    {
        app.MapPost("/hooks/{sender}", (ReceivedWebhook webhook) => Results.NoContent())
            .RequireWebhookSignature(context =>
                context.RequestServices.GetRequiredService<Senders>().FindAsync((string)context.Request.RouteValues["sender"]!));
    }

    public static void ReceiveByOtherSchemes(WebApplication app, IConfiguration configuration)
    {
        var secret = WebhookSecret.FromText(configuration["Example:Secret"]!);
        var example = SigningScheme.GitHub with { SignatureHeader = "X-Webhook-Signature-256" }; // sha256=<hex> over the body

        app.MapPost("/example", (ReceivedWebhook webhook) => Results.NoContent())
            .RequireWebhookSignature(new WebhookVerifier(example, [secret]));

        app.MapPost("/stripe", (ReceivedWebhook webhook) => Results.NoContent())
            .RequireWebhookSignature(new WebhookVerifier(SigningScheme.Stripe, [secret]), options => options.MessageId = (_, body) =>
            {
                using var document = JsonDocument.Parse(body);
                return document.RootElement.TryGetProperty("id", out var id) ? id.GetString() : null;
            });

        app.MapPost("/github", (ReceivedWebhook webhook) => Results.NoContent())
            .RequireWebhookSignature(new WebhookVerifier(SigningScheme.GitHub, [secret]), options =>
                options.MessageId = (request, _) => request.Headers["X-GitHub-Delivery"]); // knows retries again, not replays
    }

    public static void Remember(WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IReceivedWebhooks>(new InMemoryReceivedWebhooks(capacity: 1_000_000, TimeSpan.FromDays(3)));
    }

    private static IResult Paid(OrderPaid order) => Results.Ok(order);
}

public sealed class Shipping
{
    public Task StartAsync(string orderId, CancellationToken ct) => Task.CompletedTask;
}

public sealed class Senders(IConfiguration configuration)
{
    private readonly ConcurrentDictionary<string, WebhookSender> _known = new();

    public ValueTask<WebhookSender?> FindAsync(string name)
    {
        var secret = configuration[$"Senders:{name}"];
        return ValueTask.FromResult(secret is null
            ? null // answered like a wrong signature
            : _known.GetOrAdd(name, _ => new WebhookSender(name, new WebhookVerifier(WebhookSecret.Parse(secret)))));
    }
}
