using Webhooks.AspNetCore.Management.Paging;
using Webhooks.AspNetCore.Management.Routing;
using Webhooks.Log;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.AspNetCore.Management.Messages;

/// <summary>Reads messages.</summary>
internal static class MessageHandlers
{
    public static async Task<ManagementResult> ListAsync(ManagementRequest request)
    {
        var query = request.Page(new MessageQuery
        {
            EventType = request.Query("eventType"),
            Since = request.QueryTime("since"),
            Until = request.QueryTime("until"),
        });
        var page = await request.Service<IWebhookLog>().ListMessagesAsync(query, request.Aborted).ConfigureAwait(false);
        return page.ToResult(MessageResource.Of);
    }

    public static async Task<ManagementResult> GetAsync(ManagementRequest request) =>
        ManagementResult.Of(MessageResource.WithPayload(await FindAsync(request).ConfigureAwait(false)));

    /// <summary>Finds the message that the path names.</summary>
    public static async Task<WebhookMessage> FindAsync(ManagementRequest request)
    {
        var id = request.Id("messageId");
        return await request.Service<IWebhookLog>().GetMessageAsync(id, request.TenantId, request.Aborted).ConfigureAwait(false)
            ?? throw ManagementRequest.Missing("message", id);
    }
}
