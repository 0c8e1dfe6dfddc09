using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Webhooks.Diagnostics;
using Webhooks.Endpoints;
using Webhooks.Http;
using Webhooks.Storage;

namespace Webhooks.Dispatching;

/// <summary>Makes one attempt of a delivery and decides what follows from it.</summary>
internal sealed class DeliveryAttempter(
    EndpointCache endpoints,
    EndpointEditor editor,
    AttemptSender sender,
    RetryPolicy retryPolicy,
    WebhookIdGenerator ids,
    IOptions<WebhooksOptions> options,
    TimeProvider timeProvider,
    ILogger<DeliveryAttempter> logger)
{
    private const int Gone = 410;

    private readonly DispatcherOptions _options = options.Value.Dispatcher;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<AttemptResult> AttemptAsync(
        Lane lane, LeasedDelivery delivery, AttemptWorkers workers, CancellationToken abort)
    {
        var startedAt = timeProvider.GetNow();
        if (delivery.LeaseUntil - startedAt < _options.AttemptTimeout * 1.5)
        {
            // It waited for so long that the lease could run out before the outcome is recorded: back to the store for a new one.
            return AttemptResult.Release(startedAt);
        }

        var endpoint = await endpoints
            .GetAsync(delivery.EndpointKey, delivery.EndpointVersion, abort).ConfigureAwait(false);
        switch (endpoint?.Endpoint.Status)
        {
            case null:
                return AttemptResult.Nothing;
            case EndpointStatus.Disabled:
                return AttemptResult.Release(startedAt);
            default:
                var maxConcurrency = endpoint.Settings.MaxConcurrency ?? _options.MaxConcurrencyPerEndpoint;
                if (!workers.Admit(lane, delivery, maxConcurrency))
                {
                    return AttemptResult.Waiting;
                }

                break;
        }

        var response = await sender.SendAsync(endpoint, delivery, startedAt, abort).ConfigureAwait(false);
        if (response.IsAborted)
        {
            return AttemptResult.Release(timeProvider.GetNow());
        }

        if (response.DeferredFor is { } deferral)
        {
            return AttemptResult.Release(timeProvider.GetNow() + deferral);
        }

        if (response.StatusCode == Gone)
        {
            await DisableGoneAsync(endpoint.Key).ConfigureAwait(false);
        }

        return AttemptResult.Made(Decide(endpoint, delivery, startedAt, response));
    }

    private DeliveryOutcome Decide(
        CachedEndpoint endpoint, LeasedDelivery delivery, DateTimeOffset startedAt, AttemptResponse response)
    {
        var attempt = new DeliveryAttempt
        {
            Id = ids.Create(WebhookIdGenerator.AttemptPrefix, startedAt),
            TenantId = delivery.Message.TenantId,
            DeliveryId = delivery.Id,
            Number = delivery.AttemptNumber,
            StartedAt = startedAt,
            Duration = response.Duration,
            StatusCode = response.StatusCode,
            Error = response.Error,
            ErrorMessage = response.ErrorMessage,
            ResponseExcerpt = response.Excerpt,
            IsResponseTruncated = response.IsTruncated,
        };
        if (attempt.IsSuccess)
        {
            return new DeliveryOutcome(attempt, DeliveryStatus.Succeeded, RetryAt: null);
        }

        logger.AttemptFailed(delivery.Id, delivery.AttemptNumber, delivery.EndpointId, response.Error, response.StatusCode);
        if (delivery.Resend is { } resend && resend.IsSingle(delivery.AttemptNumber))
        {
            return response.StatusCode == Gone && resend.Otherwise == DeliveryStatus.Pending
                ? new DeliveryOutcome(attempt, DeliveryStatus.Failed, RetryAt: null)
                : new DeliveryOutcome(attempt, resend.Otherwise, resend.RetryAt);
        }

        var retryAt = response.StatusCode == Gone
            ? null
            : retryPolicy.RetryAt(
                endpoint.Settings.RetrySchedule,
                delivery.AttemptNumber - (delivery.Resend?.UncountedAttempts ?? 0),
                timeProvider.GetNow(),
                response.RetryAfter);
        return new DeliveryOutcome(attempt, retryAt is null ? DeliveryStatus.Failed : DeliveryStatus.Pending, retryAt);
    }

    /// <summary>RFC 9110, section 15.5.11: the receiver says that the URL is gone for good.</summary>
    private async Task DisableGoneAsync(EndpointKey key)
    {
        try
        {
            var (_, isChanged) = await editor
                .DisableAsync(key, "The receiver answered 410 Gone.", CancellationToken.None).ConfigureAwait(false);
            if (isChanged)
            {
                logger.EndpointGone(key.EndpointId, key.TenantId);
            }
        }
        catch (WebhookNotFoundException)
        {
            // Deleted meanwhile: gone for good on this side too.
        }
        catch (Exception exception)
        {
            // The next attempt gets the same answer and tries again.
            logger.DisableFailed(exception, key.EndpointId, key.TenantId);
        }
    }
}
