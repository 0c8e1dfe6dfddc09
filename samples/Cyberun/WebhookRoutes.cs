using System.Globalization;
using Cyberun.Teams;
using Webhooks;
using Webhooks.Endpoints;

namespace Cyberun;

/// <summary>The calls for webhooks.</summary>
internal static class WebhookRoutes
{
    public static async Task<IResult> CreateAsync(
        CreateWebhook request, HttpContext context, IWebhookEndpoints endpoints, CancellationToken ct)
    {
        Check(request);
        var settings = new EndpointSettings { Name = request.Name, Url = request.Url!, EventTypes = request.EventTypes! };
        var options = new CreateEndpointOptions
        {
            TenantId = TeamScope.Of(context),
            EndpointId = Guid.NewGuid().ToString("d", CultureInfo.InvariantCulture),
        };
        var (endpoint, secret) = await endpoints.CreateAsync(settings, options, ct);
        return Results.Json(new CreatedWebhook(endpoint.Id, secret.Reveal()), statusCode: StatusCodes.Status201Created);
    }

    public static async Task<IResult> GetAsync(string id, HttpContext context, IWebhookEndpoints endpoints, CancellationToken ct)
    {
        var team = TeamScope.Of(context);
        if (await endpoints.GetAsync(id, team, ct) is not { } endpoint)
        {
            return Results.NotFound();
        }

        var secrets = await endpoints.GetSecretsAsync(id, team, ct);
        var settings = endpoint.Settings;
        return Results.Ok(new WebhookDetail(endpoint.Id, settings.Name!, settings.Url, settings.EventTypes, secrets[0].Secret.Reveal()));
    }

    /// <summary>Checks what the document says and the library does not: it takes patterns, and no name.</summary>
    private static void Check(CreateWebhook request)
    {
        if (request.Name is null)
        {
            throw new WebhookValidationException("name", "required", value: null, "is missing. It has 1 to 255 characters.");
        }

        if (request.Url is { } url && !url.StartsWith("https://", StringComparison.Ordinal))
        {
            throw new WebhookValidationException("url", "https", value: null, "must match ^https://.");
        }

        if (request.EventTypes?.FirstOrDefault(name => !TaskEvents.All.Contains(name, StringComparer.Ordinal)) is { } unknown)
        {
            throw new WebhookValidationException("event_types", "known", unknown, $"has some of {string.Join(", ", TaskEvents.All)}.");
        }
    }
}
