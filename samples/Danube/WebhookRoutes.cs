using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Json;
using Webhooks;
using Webhooks.Endpoints;
using Webhooks.Publishing;
using Webhooks.Signing;

namespace Danube;

/// <summary>What is called.</summary>
internal static class WebhookRoutes
{
    private const int SecretBytes = 24;

    public static async Task<IResult> CreateAsync(
        CreateWebhook request, ClaimsPrincipal user, IWebhookEndpoints endpoints, CancellationToken ct)
    {
        Check(request);
        var settings = new EndpointSettings { Url = request.Url!, EventTypes = request.Events!, Description = request.Description };
        var options = new CreateEndpointOptions
        {
            TenantId = user.Identity!.Name!,
            EndpointId = Guid.NewGuid().ToString("d", CultureInfo.InvariantCulture),

            // 48 hexadecimal digits, as in the document. Read as base64 they are a key of Standard Webhooks.
            Secret = WebhookSecret.Parse(WebhookSecret.Prefix + RandomNumberGenerator.GetHexString(SecretBytes * 2, lowercase: true)),
        };
        var (endpoint, secret) = await endpoints.CreateAsync(settings, options, ct);
        return Results.Json(
            new CreatedWebhook(
                endpoint.Id,
                endpoint.Settings.Url,
                endpoint.Settings.EventTypes,
                endpoint.Status == EndpointStatus.Enabled,
                endpoint.Settings.Description,
                secret.Reveal()),
            statusCode: StatusCodes.Status201Created);
    }

    /// <summary>Stands for the product: something happened to the caller.</summary>
    public static async Task<IResult> PublishAsync(
        string name, JsonElement data, ClaimsPrincipal user, IWebhookPublisher webhooks, CancellationToken ct)
    {
        await webhooks.PublishAsync(name, data, new PublishOptions { TenantId = user.Identity!.Name! }, ct);
        return Results.Accepted();
    }

    /// <summary>Checks what the document says and the library does not: it takes patterns, and other spellings of the scheme.</summary>
    private static void Check(CreateWebhook request)
    {
        if (request.Url is { } url && !url.StartsWith("https://", StringComparison.Ordinal))
        {
            throw new WebhookValidationException("url", "https", value: null, "must start with https://.");
        }

        if (request.Events?.FirstOrDefault(name => !DanubeApp.Events.Contains(name, StringComparer.Ordinal)) is { } unknown)
        {
            throw new WebhookValidationException("events", "known", unknown, $"has one of {string.Join(", ", DanubeApp.Events)}.");
        }
    }
}
