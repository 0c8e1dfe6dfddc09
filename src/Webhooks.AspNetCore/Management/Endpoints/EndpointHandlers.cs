using Webhooks.AspNetCore.Management.Paging;
using Webhooks.AspNetCore.Management.Routing;
using Webhooks.Endpoints;
using Webhooks.Storage;

namespace Webhooks.AspNetCore.Management.Endpoints;

/// <summary>Reads endpoints, and takes them in and out.</summary>
internal static class EndpointHandlers
{
    public static async Task<ManagementResult> ListAsync(ManagementRequest request)
    {
        var query = request.Page(new EndpointQuery { Status = request.QueryWord<EndpointStatus>("status") });
        var page = await request.Service<IWebhookEndpoints>().ListAsync(query, request.Aborted).ConfigureAwait(false);
        return page.ToResult(EndpointResource.Of);
    }

    public static async Task<ManagementResult> GetAsync(ManagementRequest request) => Show(await FindAsync(request).ConfigureAwait(false));

    public static async Task<ManagementResult> DeleteAsync(ManagementRequest request)
    {
        await request.Service<IWebhookEndpoints>()
            .DeleteAsync(request.Id("endpointId"), request.TenantId, request.ExpectedVersion(), request.Aborted).ConfigureAwait(false);
        return ManagementResult.NoContent;
    }

    public static async Task<ManagementResult> EnableAsync(ManagementRequest request)
    {
        var input = await request.ReadOptionalAsync<EnableEndpointInput>().ConfigureAwait(false);
        return Show(await request.Service<IWebhookEndpoints>().EnableAsync(
            request.Id("endpointId"),
            request.TenantId,
            input.Pending ?? PendingDeliveries.Keep,
            request.ExpectedVersion(),
            request.Aborted).ConfigureAwait(false));
    }

    public static async Task<ManagementResult> DisableAsync(ManagementRequest request)
    {
        var input = await request.ReadOptionalAsync<DisableEndpointInput>().ConfigureAwait(false);
        return Show(await request.Service<IWebhookEndpoints>()
            .DisableAsync(request.Id("endpointId"), input.Reason, request.TenantId, request.ExpectedVersion(), request.Aborted).ConfigureAwait(false));
    }

    /// <summary>Finds the endpoint that the path names.</summary>
    public static async Task<WebhookEndpoint> FindAsync(ManagementRequest request)
    {
        var id = request.Id("endpointId");
        return await request.Service<IWebhookEndpoints>().GetAsync(id, request.TenantId, request.Aborted).ConfigureAwait(false)
            ?? throw ManagementRequest.Missing("endpoint", id);
    }

    private static ManagementResult Show(WebhookEndpoint endpoint) =>
        ManagementResult.Of(EndpointResource.Of(endpoint), version: endpoint.Version);
}
