using Microsoft.AspNetCore.Http;
using Webhooks.AspNetCore.Management.Attempts;
using Webhooks.AspNetCore.Management.OpenApi;
using Webhooks.AspNetCore.Management.Routing;
using Webhooks.Dispatching;

namespace Webhooks.AspNetCore.Management.Deliveries;

/// <summary>The routes of deliveries and their attempts.</summary>
internal static class DeliveryRoutes
{
    private static readonly QueryParameter[] Filters =
    [
        QueryParameter.Choice<DeliveryStatus>("status", "Only of this status."),
        QueryParameter.EventType, QueryParameter.Since, QueryParameter.Until, QueryParameter.Limit, QueryParameter.Cursor,
    ];

    public static void Map(ManagementGroup group)
    {
        MapList("/deliveries", DeliveryHandlers.ListAsync, "listDeliveries", "List deliveries, the newest first");
        MapList(
            "/endpoints/{endpointId}/deliveries",
            DeliveryHandlers.ListOfEndpointAsync,
            "listEndpointDeliveries",
            "List the deliveries of an endpoint, the newest first");
        MapList(
            "/messages/{messageId}/deliveries",
            DeliveryHandlers.ListOfMessageAsync,
            "listMessageDeliveries",
            "List the deliveries of a message, the newest first");
        group.Map(HttpMethods.Get, "/deliveries/{deliveryId}", DeliveryHandlers.GetAsync, new Operation
        {
            Id = "getDelivery",
            Summary = "Read a delivery",
            SuccessDescription = "The delivery.",
            Success = OperationContent.Of(Examples.Delivery),
        });
        group.Map(HttpMethods.Get, "/deliveries/{deliveryId}/attempts", AttemptHandlers.ListOfDeliveryAsync, new Operation
        {
            Id = "listDeliveryAttempts",
            Summary = "List the attempts of a delivery, the first first",
            Query = [QueryParameter.Limit, QueryParameter.Cursor],
            SuccessDescription = "A page of attempts.",
            Success = OperationContent.Of(Examples.Page(Examples.Attempt)),
        });

        group.Map(HttpMethods.Get, "/messages/{messageId}/attempts", AttemptHandlers.ListOfMessageAsync, new Operation
        {
            Id = "listMessageAttempts",
            Summary = "List the attempts of a message, one delivery after the other",
            Query = [QueryParameter.Limit, QueryParameter.Cursor],
            SuccessDescription = "A page of attempts.",
            Success = OperationContent.Of(Examples.Page(Examples.Attempt)),
        });

        void MapList(string pattern, ManagementHandler handler, string id, string summary) => group.Map(HttpMethods.Get, pattern, handler, new Operation
        {
            Id = id,
            Summary = summary,
            Query = Filters,
            SuccessDescription = "A page of deliveries.",
            Success = OperationContent.Of(Examples.Page(Examples.Delivery)),
        });
    }
}
