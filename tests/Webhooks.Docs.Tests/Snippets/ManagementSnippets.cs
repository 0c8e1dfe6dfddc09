using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.AspNetCore.Management;
using Webhooks.AspNetCore.Management.Tenancy;
using Webhooks.Endpoints;

namespace Webhooks.Docs.Tests.Snippets;

/// <summary>The code of docs/management-api.md and of the README of Webhooks.AspNetCore.</summary>
internal static class ManagementSnippets
{
    public static void Add(WebApplicationBuilder builder)
    {
        builder.Services.AddWebhooks(webhooks => webhooks
            .UseSqlite("Data Source=webhooks.db")
            .AddManagementApi());
    }

    public static void Map(WebApplication app)
    {
        app.MapWebhooks("/v1")
            .WithWebhookTenant(WebhookTenantResolver.FromClaim("team_id"))
            .RequireAuthorization("webhooks");
    }

    public static void MapParts(WebApplication app)
    {
        var api = app.MapGroup("/v1").WithWebhookTenant(WebhookTenantResolver.FromClaim("team_id"));

        api.MapWebhooks(parts: WebhookApiParts.Endpoints | WebhookApiParts.RotateSecrets).RequireAuthorization("admin");

        api.MapWebhooks(parts: WebhookApiParts.EventTypes | WebhookApiParts.Deliveries | WebhookApiParts.Messages).RequireAuthorization("viewer");
    }

    public static void MapByCredential(WebApplication app)
    {
        app.MapWebhooks("/v1")
            .WithWebhookTenant(WebhookTenantResolver.From(async context =>
                await context.RequestServices.GetRequiredService<ApiKeys>().FindTeamAsync(context.Request.Headers["X-Api-Key"]) is { } team
                    ? WebhookTenantResult.Found(team)
                    : WebhookTenantResult.Refused(StatusCodes.Status401Unauthorized, "The API key is not known.")))
            .AllowAnonymous();
    }

    public static void MapOwn(WebApplication app)
    {
        app.MapGroup("/v1/webhooks")
            .WithWebhookTenant(WebhookTenantResolver.FromHeader("X-Team-ID"))
            .WithWebhookProblems()
            .RequireAuthorization("team")
            .MapPost("/", async (CreateWebhook body, WebhookTenant tenant, IWebhookEndpoints endpoints, CancellationToken ct) =>
            {
                var created = await endpoints.CreateAsync(
                    new EndpointSettings { Url = body.Url, EventTypes = body.Events },
                    new CreateEndpointOptions { TenantId = tenant.Id },
                    ct);
                return Results.Ok(new WebhookCreated(created.Endpoint.Id, created.Secret.Reveal()));
            });
    }

    internal sealed class ApiKeys
    {
        public Task<string?> FindTeamAsync(string? key) => Task.FromResult(key);
    }

    internal sealed record CreateWebhook(string Url, IReadOnlyList<string> Events);

    internal sealed record WebhookCreated(string Id, string Secret);
}
