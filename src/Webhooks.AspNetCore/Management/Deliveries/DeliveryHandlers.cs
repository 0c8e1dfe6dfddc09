using Microsoft.AspNetCore.Http;
using Webhooks.AspNetCore.Management.Endpoints;
using Webhooks.AspNetCore.Management.Messages;
using Webhooks.AspNetCore.Management.Paging;
using Webhooks.AspNetCore.Management.Routing;
using Webhooks.Dispatching;
using Webhooks.Log;
using Webhooks.Replay;
using Webhooks.Storage;

namespace Webhooks.AspNetCore.Management.Deliveries;

/// <summary>Reads deliveries, and sends one again.</summary>
internal static class DeliveryHandlers
{
    public static Task<ManagementResult> ListAsync(ManagementRequest request) => ListAsync(request, new DeliveryQuery());

    public static async Task<ManagementResult> ListOfEndpointAsync(ManagementRequest request)
    {
        var endpoint = await EndpointHandlers.FindAsync(request).ConfigureAwait(false);
        return await ListAsync(request, new DeliveryQuery { EndpointId = endpoint.Id }).ConfigureAwait(false);
    }

    public static async Task<ManagementResult> ListOfMessageAsync(ManagementRequest request)
    {
        var message = await MessageHandlers.FindAsync(request).ConfigureAwait(false);
        return await ListAsync(request, new DeliveryQuery { MessageId = message.Id }).ConfigureAwait(false);
    }

    public static async Task<ManagementResult> GetAsync(ManagementRequest request) =>
        ManagementResult.Of(DeliveryResource.Of(await FindAsync(request).ConfigureAwait(false)));

    public static async Task<ManagementResult> ResendAsync(ManagementRequest request)
    {
        var delivery = await request.Service<IWebhookReplay>()
            .ResendAsync(request.Id("deliveryId"), request.TenantId, request.IdempotencyKey?.ToId("rsd_"), request.Aborted).ConfigureAwait(false);
        return ManagementResult.Of(DeliveryResource.Of(delivery), StatusCodes.Status202Accepted);
    }

    /// <summary>Finds the delivery that the path names.</summary>
    public static async Task<WebhookDelivery> FindAsync(ManagementRequest request)
    {
        var id = request.Id("deliveryId");
        return await request.Service<IWebhookLog>().GetDeliveryAsync(id, request.TenantId, request.Aborted).ConfigureAwait(false)
            ?? throw ManagementRequest.Missing("delivery", id);
    }

    private static async Task<ManagementResult> ListAsync(ManagementRequest request, DeliveryQuery query)
    {
        query = request.Page(query with
        {
            Status = request.QueryWord<DeliveryStatus>("status"),
            EventType = request.Query("eventType"),
            Since = request.QueryTime("since"),
            Until = request.QueryTime("until"),
        });
        var page = await request.Service<IWebhookLog>().ListDeliveriesAsync(query, request.Aborted).ConfigureAwait(false);
        return page.ToResult(DeliveryResource.Of);
    }
}
