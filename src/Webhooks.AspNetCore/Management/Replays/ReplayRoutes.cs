using Microsoft.AspNetCore.Http;
using Webhooks.AspNetCore.Management.Deliveries;
using Webhooks.AspNetCore.Management.OpenApi;
using Webhooks.AspNetCore.Management.Routing;
using Webhooks.Replay;

namespace Webhooks.AspNetCore.Management.Replays;

/// <summary>The routes of sending again.</summary>
internal static class ReplayRoutes
{
    public static void Map(ManagementGroup group)
    {
        group.Map(HttpMethods.Post, "/deliveries/{deliveryId}/resend", DeliveryHandlers.ResendAsync, new Operation
        {
            Id = "resendDelivery",
            Summary = "Attempt a delivery once more, now",
            Description = "Beside its schedule, which goes on as if nothing had been if the attempt fails. Nothing happens where an attempt is due in "
                + "any case. With an Idempotency-Key, it is not sent again by a repeated request, as long as no other key was used for it.",
            SuccessCode = StatusCodes.Status202Accepted,
            SuccessDescription = "The delivery as it is now: pending, unless a repeated request finds that it has ended.",
            Success = OperationContent.Of(Examples.Delivery),
            TakesIdempotencyKey = true,
            Problems = [StatusCodes.Status409Conflict],
        });
        group.Map(HttpMethods.Post, "/endpoints/{endpointId}/recover", ReplayHandlers.RecoverAsync, new Operation
        {
            Id = "recoverEndpoint",
            Summary = "Send all that failed at an endpoint since a time",
            Description = "With an Idempotency-Key, a repeated request gets the first replay as it is now, as long as that is kept.",
            Body = OperationContent.Of(new RecoverInput { Since = Examples.Time }),
            SuccessCode = StatusCodes.Status202Accepted,
            SuccessDescription = "The replay that does it, in the background.",
            Success = OperationContent.Of(Examples.Replay),
            TakesIdempotencyKey = true,
            Problems = [StatusCodes.Status409Conflict],
        });
        group.Map(HttpMethods.Post, "/replays", ReplayHandlers.StartAsync, new Operation
        {
            Id = "startReplay",
            Summary = "Send again, or for the first time, what filters choose",
            Description = "In the background, from the oldest message to the newest. With an Idempotency-Key, a repeated request gets the first "
                + "replay as it is now, as long as that is kept.",
            Body = OperationContent.Of(new ReplayInput { Selection = ReplaySelection.NeverSent, EndpointId = Examples.Endpoint.Id }),
            SuccessCode = StatusCodes.Status202Accepted,
            SuccessDescription = "The replay.",
            Success = OperationContent.Of(Examples.Replay),
            TakesIdempotencyKey = true,
            Problems = [StatusCodes.Status404NotFound, StatusCodes.Status409Conflict],
        });
        MapJobs(group);
    }

    private static void MapJobs(ManagementGroup group)
    {
        group.Map(HttpMethods.Get, "/replays", ReplayHandlers.ListAsync, new Operation
        {
            Id = "listReplays",
            Summary = "List replays, the newest first",
            Query = [QueryParameter.Choice<ReplayStatus>("status", "Only of this status."), QueryParameter.Limit, QueryParameter.Cursor],
            SuccessDescription = "A page of replays.",
            Success = OperationContent.Of(Examples.Page(Examples.Replay)),
        });
        group.Map(HttpMethods.Get, "/replays/{replayId}", ReplayHandlers.GetAsync, new Operation
        {
            Id = "getReplay",
            Summary = "Read a replay, with its progress",
            SuccessDescription = "The replay.",
            Success = OperationContent.Of(Examples.Replay),
        });
        group.Map(HttpMethods.Post, "/replays/{replayId}/cancel", ReplayHandlers.CancelAsync, new Operation
        {
            Id = "cancelReplay",
            Summary = "Call a replay off",
            Description = "What it has put into the queue is sent. Nothing happens when it has ended already.",
            SuccessDescription = "The replay as it is now.",
            Success = OperationContent.Of(Examples.Replay with { Status = ReplayStatus.Canceled, CompletedAt = Examples.Time.AddMinutes(1) }),
            TakesIdempotencyKey = true,
        });
    }
}
