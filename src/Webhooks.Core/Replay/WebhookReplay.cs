using Webhooks.Catalog;
using Webhooks.Diagnostics;
using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Storage;
using Webhooks.Validation;

namespace Webhooks.Replay;

/// <summary>Writes into the store what is to be sent again; <see cref="ReplayService"/> and the dispatcher do the rest.</summary>
internal sealed class WebhookReplay(
    IReplayStore store,
    IEndpointStore endpoints,
    ILogStore log,
    IWebhookDispatcher dispatcher,
    ReplayService service,
    WebhookIdGenerator ids,
    TimeProvider timeProvider) : IWebhookReplay
{
    public async Task<WebhookDelivery> ResendAsync(string deliveryId, string tenantId, string? resendId, CancellationToken cancellationToken)
    {
        CheckResend(deliveryId, tenantId, resendId);
        var result = await store.ResendAsync(tenantId, deliveryId, timeProvider.GetNow(), resendId, cancellationToken).ConfigureAwait(false);
        switch (result)
        {
            case ResendResult.EndpointGone:
                throw new WebhookConflictException($"The endpoint of delivery '{deliveryId}' was deleted: there is nowhere to send it.");
            case ResendResult.EndpointDisabled:
                throw new WebhookConflictException(
                    $"The endpoint of delivery '{deliveryId}' is disabled. Enable it, then send the delivery again.");
            case ResendResult.PayloadRemoved:
                throw new WebhookConflictException($"The payload of the message of delivery '{deliveryId}' was removed: there is nothing to send.");
            case ResendResult.NotYet:
                throw new WebhookConflictException(
                    $"The message of delivery '{deliveryId}' was published for a later time, before which nobody can send it.");
            case ResendResult.Expired:
                throw new WebhookConflictException(
                    $"The message of delivery '{deliveryId}' has expired and is not sent any more. Publish the event anew.");
            case ResendResult.Resent:
                dispatcher.Wake();
                break;
            default:
                break;
        }

        return result == ResendResult.NotFound
            ? throw new WebhookNotFoundException("delivery", deliveryId, tenantId)
            : await log.GetDeliveryAsync(tenantId, deliveryId, cancellationToken).ConfigureAwait(false)
                ?? throw new WebhookNotFoundException("delivery", deliveryId, tenantId);
    }

    public async Task<ReplayJob> StartAsync(ReplayRequest request, string? jobId, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetNow();
        Check(request, jobId, EndOf(now));

        // Again, if the id is taken meanwhile.
        while (true)
        {
            if (jobId is not null
                && await store.GetReplayAsync(request.TenantId, jobId, cancellationToken).ConfigureAwait(false) is { } first)
            {
                return first.Request == Complete(request, first.CreatedAt)
                    ? first
                    : throw new WebhookValidationException(
                        "jobId", "reused", jobId, "is the id of a replay that was asked for something else. Use a new id for each.");
            }

            if (request.EndpointId is { } endpointId)
            {
                await CheckEndpointAsync(new EndpointKey(request.TenantId, endpointId), cancellationToken).ConfigureAwait(false);
            }

            var job = new ReplayJob
            {
                Id = jobId ?? ids.Create(WebhookIdGenerator.ReplayPrefix, now),
                Request = Complete(request, now),
                CreatedAt = now,
            };
            if (await store.InsertReplayAsync(job, cancellationToken).ConfigureAwait(false))
            {
                service.Wake();
                return job;
            }
        }
    }

    public Task<ReplayJob?> GetAsync(string jobId, string tenantId, CancellationToken cancellationToken)
    {
        FieldRules.CheckKey(tenantId, "jobId", jobId);
        return store.GetReplayAsync(tenantId, jobId, cancellationToken);
    }

    public Task<Page<ReplayJob>> ListAsync(ReplayQuery query, CancellationToken cancellationToken)
    {
        PageRules.Check(query);
        return store.ListReplaysAsync(query, cancellationToken);
    }

    public async Task<ReplayJob> CancelAsync(string jobId, string tenantId, CancellationToken cancellationToken)
    {
        FieldRules.CheckKey(tenantId, "jobId", jobId);
        return await store.CancelReplayAsync(tenantId, jobId, timeProvider.GetNow(), cancellationToken).ConfigureAwait(false)
            ?? throw new WebhookNotFoundException("replay", jobId, tenantId);
    }

    /// <summary>A message of the very millisecond in which a replay starts counts.</summary>
    private static DateTimeOffset EndOf(DateTimeOffset start) => start + TimeSpan.FromMilliseconds(1);

    /// <summary>What a replay sends that starts at a time. Messages have whole milliseconds: one is at or after a time exactly if it is so with the rounded one.</summary>
    private static ReplayRequest Complete(ReplayRequest request, DateTimeOffset start) => request with
    {
        Since = request.Since?.RoundUpToMilliseconds(),
        Until = request.Until < EndOf(start) ? request.Until.Value.RoundUpToMilliseconds() : EndOf(start),
    };

    private static void CheckResend(string deliveryId, string tenantId, string? resendId)
    {
        var errors = new ValidationErrors();
        errors.CheckName("tenantId", tenantId);
        errors.CheckId("deliveryId", deliveryId);
        if (resendId is not null)
        {
            errors.CheckId("resendId", resendId);
        }

        errors.ThrowIfAny();
    }

    private static void Check(ReplayRequest request, string? jobId, DateTimeOffset end)
    {
        var errors = new ValidationErrors();
        errors.CheckName("tenantId", request.TenantId);
        if (jobId is not null)
        {
            errors.CheckId("jobId", jobId);
        }

        if (request.EndpointId is not null)
        {
            errors.CheckId("endpointId", request.EndpointId);
        }

        if (!Enum.IsDefined(request.Selection))
        {
            errors.Add("selection", "known", request.Selection.ToString(), "is not a selection. Use one of ReplaySelection.");
        }

        if (request.EventType is { } eventType && !EventTypeName.IsValid(eventType))
        {
            errors.Add(
                "eventType", "name", eventType, "is not the name of an event type. Give one name, such as 'order.paid', or none for all.");
        }

        if (request.Since >= (request.Until < end ? request.Until : end))
        {
            errors.Add(
                "since", "range", $"{request.Since:O}", "is not before the end of the replay: until, or now where that is earlier.");
        }

        errors.ThrowIfAny();
    }

    private async Task CheckEndpointAsync(EndpointKey key, CancellationToken cancellationToken)
    {
        var stored = await endpoints.GetEndpointAsync(key, cancellationToken).ConfigureAwait(false)
            ?? throw new WebhookNotFoundException("endpoint", key.EndpointId, key.TenantId);
        if (stored.Endpoint.Status == EndpointStatus.Disabled)
        {
            throw new WebhookConflictException($"Endpoint '{key.EndpointId}' is disabled. Enable it, then start the replay.");
        }
    }
}
