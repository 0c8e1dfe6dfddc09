using Microsoft.AspNetCore.Http;
using Webhooks.AspNetCore.Management.OpenApi;
using Webhooks.AspNetCore.Management.Routing;
using Webhooks.Endpoints;

namespace Webhooks.AspNetCore.Management.Endpoints;

/// <summary>The routes of endpoints.</summary>
internal static class EndpointRoutes
{
    private const string One = "/endpoints/{endpointId}";

    private static readonly OperationContent Shown = OperationContent.Of(Examples.ShownEndpoint);

    public static void Map(ManagementGroup group)
    {
        group.Map(HttpMethods.Post, "/endpoints", EndpointCreation.CreateAsync, new Operation
        {
            Id = "createEndpoint",
            Summary = "Create an endpoint",
            Description = "The answer has the secret, which is not shown again. With an Idempotency-Key, a repeated request gets the answer of "
                + "the first for a day, as long as the endpoint was not changed.",
            Body = OperationContent.Of(Examples.CreateInput),
            SuccessCode = StatusCodes.Status201Created,
            SuccessDescription = "The endpoint, with its secret.",
            Success = OperationContent.Of(Examples.CreatedEndpoint),
            HasETag = true,
            TakesIdempotencyKey = true,
            Problems = [StatusCodes.Status409Conflict],
        });
        group.Map(HttpMethods.Get, "/endpoints", EndpointHandlers.ListAsync, new Operation
        {
            Id = "listEndpoints",
            Summary = "List endpoints, the newest first",
            Query = [QueryParameter.Choice<EndpointStatus>("status", "Only of this status."), QueryParameter.Limit, QueryParameter.Cursor],
            SuccessDescription = "A page of endpoints.",
            Success = OperationContent.Of(Examples.Page(Examples.ShownEndpoint)),
        });
        group.Map(HttpMethods.Get, One, EndpointHandlers.GetAsync, new Operation
        {
            Id = "getEndpoint",
            Summary = "Read an endpoint",
            SuccessDescription = "The endpoint.",
            Success = Shown,
            HasETag = true,
        });
        MapUpdates(group);
        MapStates(group);
    }

    private static void MapUpdates(ManagementGroup group)
    {
        group.Map(HttpMethods.Put, One, EndpointUpdate.ReplaceAsync, new Operation
        {
            Id = "replaceEndpoint",
            Summary = "Replace an endpoint's settings",
            Description = "What is left out gets its default.",
            Body = OperationContent.Of(Examples.Input),
            SuccessDescription = "The endpoint as it is now.",
            Success = Shown,
            HasETag = true,
            TakesIfMatch = true,
        });
        group.Map(HttpMethods.Patch, One, EndpointUpdate.PatchAsync, new Operation
        {
            Id = "updateEndpoint",
            Summary = "Change some of an endpoint's settings",
            Description = "A JSON Merge Patch (RFC 7396): what is left out stays, and null stands for the default.",
            Body = OperationContent.Of(Examples.Input).AsPatch(MergePatch.MediaType, "name", "headers"),
            SuccessDescription = "The endpoint as it is now.",
            Success = Shown,
            HasETag = true,
            TakesIfMatch = true,
            Problems = [StatusCodes.Status409Conflict],
        });
        group.Map(HttpMethods.Delete, One, EndpointHandlers.DeleteAsync, new Operation
        {
            Id = "deleteEndpoint",
            Summary = "Delete an endpoint",
            Description = "Its pending deliveries end as canceled, and stay in the log.",
            SuccessCode = StatusCodes.Status204NoContent,
            SuccessDescription = "It is deleted.",
            TakesIfMatch = true,
        });
    }

    private static void MapStates(ManagementGroup group)
    {
        group.Map(HttpMethods.Post, One + "/enable", EndpointHandlers.EnableAsync, new Operation
        {
            Id = "enableEndpoint",
            Summary = "Enable an endpoint",
            Description = "Nothing happens when it is enabled already.",
            Body = OperationContent.Of(new EnableEndpointInput { Pending = PendingDeliveries.Keep }, isRequired: false),
            SuccessDescription = "The endpoint as it is now.",
            Success = Shown,
            HasETag = true,
            TakesIdempotencyKey = true,
            TakesIfMatch = true,
        });
        group.Map(HttpMethods.Post, One + "/disable", EndpointHandlers.DisableAsync, new Operation
        {
            Id = "disableEndpoint",
            Summary = "Disable an endpoint",
            Description = "It gets no new messages, and what is pending is held until it is enabled again.",
            Body = OperationContent.Of(new DisableEndpointInput { Reason = "The receiver is being moved." }, isRequired: false),
            SuccessDescription = "The endpoint as it is now.",
            Success = OperationContent.Of(Examples.ShownEndpoint with
            {
                Status = EndpointStatus.Disabled,
                DisabledReason = "The receiver is being moved.",
            }),
            HasETag = true,
            TakesIdempotencyKey = true,
            TakesIfMatch = true,
        });
    }
}
