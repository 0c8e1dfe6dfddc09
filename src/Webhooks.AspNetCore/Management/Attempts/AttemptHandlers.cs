using Webhooks.AspNetCore.Management.Deliveries;
using Webhooks.AspNetCore.Management.Messages;
using Webhooks.AspNetCore.Management.Paging;
using Webhooks.AspNetCore.Management.Routing;
using Webhooks.Log;
using Webhooks.Storage;

namespace Webhooks.AspNetCore.Management.Attempts;

/// <summary>Reads attempts.</summary>
internal static class AttemptHandlers
{
    public static async Task<ManagementResult> ListOfDeliveryAsync(ManagementRequest request)
    {
        var delivery = await DeliveryHandlers.FindAsync(request).ConfigureAwait(false);
        return await ListAsync(request, new AttemptQuery { DeliveryId = delivery.Id }).ConfigureAwait(false);
    }

    public static async Task<ManagementResult> ListOfMessageAsync(ManagementRequest request)
    {
        var message = await MessageHandlers.FindAsync(request).ConfigureAwait(false);
        return await ListAsync(request, new AttemptQuery { MessageId = message.Id }).ConfigureAwait(false);
    }

    private static async Task<ManagementResult> ListAsync(ManagementRequest request, AttemptQuery query)
    {
        query = request.Page(query);
        var page = await request.Service<IWebhookLog>().ListAttemptsAsync(query, request.Aborted).ConfigureAwait(false);
        return page.ToResult(AttemptResource.Of);
    }
}
