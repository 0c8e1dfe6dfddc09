using System.Security.Cryptography;
using System.Text.Json;
using Webhooks;
using Webhooks.Catalog;
using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Log;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Mynd;

/// <summary>What is called.</summary>
internal static class WebhookRoutes
{
    private const string Webhook = "webhook";
    private const string All = "*";
    private const int MaxDeliveries = 100;

    public static async Task<CreatedWebhook> CreateAsync(
        CreateWebhook request, IWebhookEndpoints endpoints, IEventCatalog catalog, CancellationToken ct)
    {
        // The library takes prefixes as well, "run.*"; the document does not.
        var known = catalog.EventTypes.Select(type => type.Name).ToList();
        if (request.Events?.FirstOrDefault(name => name != All && !known.Contains(name, StringComparer.Ordinal)) is { } unknown)
        {
            throw new WebhookValidationException("events", "known", unknown, $"has '{All}' or some of {string.Join(", ", known)}.");
        }

        var settings = new EndpointSettings { Url = request.Url!, EventTypes = request.Events!, Description = request.Description };
        var options = new CreateEndpointOptions { EndpointId = $"wh_{RandomNumberGenerator.GetHexString(16, lowercase: true)}" };
        var (endpoint, secret) = await endpoints.CreateAsync(settings, options, ct);
        return new CreatedWebhook(
            endpoint.Id, Webhook, endpoint.Settings.Url, endpoint.Settings.EventTypes, secret.Reveal(), Describe(endpoint.Status));
    }

    public static async Task<IResult> ListDeliveriesAsync(
        string id, string? status, IWebhookEndpoints endpoints, IWebhookLog log, CancellationToken ct)
    {
        DeliveryStatus? wanted = status switch
        {
            null => null,
            "succeeded" => DeliveryStatus.Succeeded,
            "failed" => DeliveryStatus.Failed,
            "pending" => DeliveryStatus.Pending,
            _ => throw new WebhookValidationException("status", "known", status, "is one of succeeded, failed, pending."),
        };
        if (await endpoints.GetAsync(id, cancellationToken: ct) is null)
        {
            return Results.NotFound();
        }

        var query = new DeliveryQuery { EndpointId = id, Status = wanted, Limit = MaxDeliveries };
        var page = await log.ListDeliveriesAsync(query, ct);
        return Results.Ok(new DeliveryList("list", [.. page.Items.Select(DeliveryItem.Of)]));
    }

    public static async Task<IResult> DeleteAsync(string id, IWebhookEndpoints endpoints, CancellationToken ct)
    {
        try
        {
            await endpoints.DeleteAsync(id, cancellationToken: ct);
            return Results.Ok(new DeletedWebhook(id, Webhook, Deleted: true));
        }
        catch (WebhookNotFoundException)
        {
            return Results.NotFound();
        }
    }

    /// <summary>Stands for the product: something happened to a run.</summary>
    public static async Task<IResult> PublishAsync(string name, JsonElement data, IWebhookPublisher webhooks, CancellationToken ct)
    {
        await webhooks.PublishAsync(name, data, cancellationToken: ct);
        return Results.Accepted();
    }

    private static string Describe(EndpointStatus status) => status == EndpointStatus.Enabled ? "enabled" : "disabled";
}
