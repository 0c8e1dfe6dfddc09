using Microsoft.AspNetCore.Http;
using Webhooks.AspNetCore.Management.OpenApi;
using Webhooks.AspNetCore.Management.Paging;
using Webhooks.AspNetCore.Management.Routing;

namespace Webhooks.AspNetCore.Management.EventTypes;

/// <summary>The routes of the event catalog, which is the same for all tenants.</summary>
internal static class EventTypeRoutes
{
    public static void Map(ManagementGroup group)
    {
        group.Map(
            HttpMethods.Get,
            "/event-types",
            ListAsync,
            new Operation
            {
                Id = "listEventTypes",
                Summary = "List the event types, with schemas and examples",
                SuccessDescription = "All event types, on one page.",
                Success = OperationContent.Of(Examples.Page(Examples.EventType)),
            },
            isOfTenant: false);
        group.Map(
            HttpMethods.Get,
            "/event-types/{eventType}",
            GetAsync,
            new Operation
            {
                Id = "getEventType",
                Summary = "Read an event type, with schemas and examples",
                SuccessDescription = "The event type.",
                Success = OperationContent.Of(Examples.EventType),
            },
            isOfTenant: false);
    }

    private static Task<ManagementResult> ListAsync(ManagementRequest request) => Task.FromResult(ManagementResult.Of(
        new PageResource<EventTypeResource> { Data = request.Service<EventTypeList>().All }));

    private static Task<ManagementResult> GetAsync(ManagementRequest request)
    {
        var name = request.RouteValue("eventType");
        var found = request.Service<EventTypeList>().All.FirstOrDefault(type => string.Equals(type.Name, name, StringComparison.Ordinal));
        return found is null ? throw ManagementRequest.Missing("event type", name) : Task.FromResult(ManagementResult.Of(found));
    }
}
