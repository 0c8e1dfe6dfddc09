using Microsoft.AspNetCore.Http;
using Webhooks.AspNetCore.Management.Endpoints;
using Webhooks.AspNetCore.Management.OpenApi;
using Webhooks.AspNetCore.Management.Routing;
using Webhooks.Log;
using Webhooks.Storage;

namespace Webhooks.AspNetCore.Management.Statistics;

/// <summary>The route of statistics.</summary>
internal static class StatisticsRoutes
{
    public static void Map(ManagementGroup group) =>
        group.Map(HttpMethods.Get, "/endpoints/{endpointId}/statistics", GetAsync, new Operation
        {
            Id = "getEndpointStatistics",
            Summary = "Count an endpoint's deliveries by status",
            Description = $"At most the newest {DeliveryCountQuery.MaxLimit} of the time asked for.",
            Query = [QueryParameter.Since, QueryParameter.Until],
            SuccessDescription = "The counts.",
            Success = OperationContent.Of(StatisticsResource.Of(
                new DeliveryCountQuery { EndpointId = Examples.Endpoint.Id, Since = Examples.Time },
                new DeliveryCounts { Pending = 3, Succeeded = 1200, Failed = 2 })),
        });

    private static async Task<ManagementResult> GetAsync(ManagementRequest request)
    {
        var endpoint = await EndpointHandlers.FindAsync(request).ConfigureAwait(false);
        var query = new DeliveryCountQuery
        {
            TenantId = request.TenantId,
            EndpointId = endpoint.Id,
            Since = request.QueryTime("since"),
            Until = request.QueryTime("until"),
        };
        var counts = await request.Service<IWebhookLog>().CountDeliveriesAsync(query, request.Aborted).ConfigureAwait(false);
        return ManagementResult.Of(StatisticsResource.Of(query, counts));
    }
}
