using Microsoft.AspNetCore.Http;
using Webhooks.AspNetCore.Management.OpenApi;
using Webhooks.AspNetCore.Management.Routing;

namespace Webhooks.AspNetCore.Management.Messages;

/// <summary>The routes of messages.</summary>
internal static class MessageRoutes
{
    public static void Map(ManagementGroup group)
    {
        group.Map(HttpMethods.Get, "/messages", MessageHandlers.ListAsync, new Operation
        {
            Id = "listMessages",
            Summary = "List messages, the newest first",
            Description = "Lists leave the payloads out.",
            Query = [QueryParameter.EventType, QueryParameter.Since, QueryParameter.Until, QueryParameter.Limit, QueryParameter.Cursor],
            SuccessDescription = "A page of messages.",
            Success = OperationContent.Of(Examples.Page(MessageResource.Of(Examples.Message))),
        });
        group.Map(HttpMethods.Get, "/messages/{messageId}", MessageHandlers.GetAsync, new Operation
        {
            Id = "getMessage",
            Summary = "Read a message with its payload",
            SuccessDescription = "The message.",
            Success = OperationContent.Of(MessageResource.WithPayload(Examples.Message)),
        });
    }
}
