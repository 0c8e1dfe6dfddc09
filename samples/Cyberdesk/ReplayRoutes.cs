using Webhooks.AspNetCore.Management.Tenancy;
using Webhooks.Catalog;
using Webhooks.Replay;

namespace Cyberdesk;

/// <summary>The event catalog, and sending again: one message, and all that failed since a time.</summary>
internal static class ReplayRoutes
{
    public static RouteGroupBuilder MapReplays(this WebApplication app, string prefix)
    {
        var group = app.MapGroup(prefix).WithWebhookProblems();
        group.MapGet("/event-types", (IEventCatalogExporter catalog) => Results.Text(catalog.ToJson(), "application/json"));
        group.MapPost("/deliveries/{id}/resend", ResendAsync);
        group.MapPost("/endpoints/{id}/recover", RecoverAsync);
        return group;
    }

    private static async Task<IResult> ResendAsync(string id, WebhookTenant organization, IWebhookReplay replay, CancellationToken ct)
    {
        await replay.ResendAsync(id, organization.Id, ct);
        return Results.Accepted();
    }

    private static async Task<IResult> RecoverAsync(
        string id, Recovery recovery, WebhookTenant organization, IWebhookReplay replay, CancellationToken ct)
    {
        await replay.StartAsync(new ReplayRequest { TenantId = organization.Id, EndpointId = id, Since = recovery.Since }, ct);
        return Results.Accepted();
    }
}
