using Microsoft.AspNetCore.Http;
using Webhooks.AspNetCore.Management.Idempotency;
using Webhooks.AspNetCore.Management.Paging;
using Webhooks.AspNetCore.Management.Routing;
using Webhooks.Replay;
using Webhooks.Storage;

namespace Webhooks.AspNetCore.Management.Replays;

/// <summary>Starts replays, and follows them.</summary>
internal static class ReplayHandlers
{
    public static async Task<ManagementResult> StartAsync(ManagementRequest request)
    {
        var input = await request.ReadAsync<ReplayInput>().ConfigureAwait(false);
        return await StartAsync(request, new ReplayRequest
        {
            TenantId = request.TenantId,
            Selection = input.Selection ?? ReplaySelection.Failed,
            EndpointId = input.EndpointId,
            EventType = input.EventType,
            Since = input.Since,
            Until = input.Until,
        }).ConfigureAwait(false);
    }

    public static async Task<ManagementResult> RecoverAsync(ManagementRequest request)
    {
        var id = request.Id("endpointId");
        var input = await request.ReadAsync<RecoverInput>().ConfigureAwait(false);
        return await StartAsync(request, new ReplayRequest
        {
            TenantId = request.TenantId,
            Selection = ReplaySelection.Failed,
            EndpointId = id,
            EventType = input.EventType,
            Since = input.Since ?? throw ManagementRequest.IsRequired("since"),
            Until = input.Until,
        }).ConfigureAwait(false);
    }

    public static async Task<ManagementResult> ListAsync(ManagementRequest request)
    {
        var query = request.Page(new ReplayQuery { Status = request.QueryWord<ReplayStatus>("status") });
        var page = await request.Service<IWebhookReplay>().ListAsync(query, request.Aborted).ConfigureAwait(false);
        return page.ToResult(ReplayResource.Of);
    }

    public static async Task<ManagementResult> GetAsync(ManagementRequest request)
    {
        var id = request.Id("replayId");
        var job = await request.Service<IWebhookReplay>().GetAsync(id, request.TenantId, request.Aborted).ConfigureAwait(false);
        return ManagementResult.Of(ReplayResource.Of(job ?? throw ManagementRequest.Missing("replay", id)));
    }

    public static async Task<ManagementResult> CancelAsync(ManagementRequest request)
    {
        var job = await request.Service<IWebhookReplay>()
            .CancelAsync(request.Id("replayId"), request.TenantId, request.Aborted).ConfigureAwait(false);
        return ManagementResult.Of(ReplayResource.Of(job));
    }

    private static async Task<ManagementResult> StartAsync(ManagementRequest request, ReplayRequest replay)
    {
        var job = await IdempotencyKey.OnceAsync(
            request,
            WebhookIdGenerator.ReplayPrefix,
            jobId => request.Service<IWebhookReplay>().StartAsync(replay, jobId, request.Aborted)).ConfigureAwait(false);
        return ManagementResult.Of(ReplayResource.Of(job), StatusCodes.Status202Accepted);
    }
}
