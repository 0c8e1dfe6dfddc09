using Webhooks.AspNetCore.Management.Deliveries;
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
        var query = request.Page(new AttemptQuery { DeliveryId = delivery.Id });
        var page = await request.Service<IWebhookLog>().ListAttemptsAsync(query, request.Aborted).ConfigureAwait(false);
        return page.ToResult(AttemptResource.Of);
    }
}
