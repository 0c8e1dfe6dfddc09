using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Webhooks.Diagnostics;
using Webhooks.Endpoints;
using Webhooks.Http;
using Webhooks.Operations;
using Webhooks.Storage;

namespace Webhooks.Dispatching;

/// <summary>Makes one attempt of a delivery and decides what follows from it.</summary>
internal sealed class DeliveryAttempter(
    EndpointCache endpoints,
    ErasedMessages erased,
    EndpointEditor editor,
    AttemptSender sender,
    HandlerCaller handlers,
    Announcer announcer,
    RetryPolicy retryPolicy,
    WebhookIdGenerator ids,
    IOptions<WebhooksOptions> options,
    TimeProvider timeProvider,
    WebhooksMetrics metrics,
    ILogger<DeliveryAttempter> logger,
    ITenantRateLimits? tenantLimits = null)
{
    private const int Gone = 410;

    /// <summary>How long a delivery to a paused endpoint stays away, if the store knows nothing of the pause any more.</summary>
    private static readonly TimeSpan ClosedPause = TimeSpan.FromSeconds(1);

    private readonly DispatcherOptions _options = options.Value.Dispatcher;
    private readonly TimeSpan? _tenantInterval = options.Value.Dispatcher.MaxRatePerTenant is { } rate ? RateLimit.PerSecond(rate).Interval : null;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<AttemptResult> AttemptAsync(
        Lane lane, LeasedDelivery delivery, AttemptWorkers workers, CancellationToken abort)
    {
        var startedAt = timeProvider.GetNow();
        if (delivery.LeaseUntil - startedAt < _options.ShortestLease)
        {
            // It waited for so long that the lease could run out before the outcome is recorded: back to the store for a new one.
            return AttemptResult.Release(startedAt);
        }

        if (erased.Covers(delivery, startedAt))
        {
            return AttemptResult.Nothing;
        }

        if (delivery.Message.IsExpired(startedAt))
        {
            // It has expired while it waited here: the claim that meets it ends it.
            return AttemptResult.Release(startedAt);
        }

        var endpoint = await endpoints
            .GetAsync(delivery.EndpointKey, delivery.EndpointVersion, startedAt, abort).ConfigureAwait(false);
        switch (endpoint?.Endpoint.Status)
        {
            case null:
                return AttemptResult.Nothing;
            case EndpointStatus.Disabled:
                return AttemptResult.Release(startedAt);
            default:
                if (endpoint.IsClosed(startedAt))
                {
                    return AttemptResult.Release(startedAt + ClosedPause);
                }

                break;
        }

        switch (workers.Admit(lane, delivery, await FindLimitsAsync(endpoint, abort).ConfigureAwait(false)))
        {
            case AdmitResult.Waiting:
                return AttemptResult.Waiting;
            case AdmitResult.Closed:
                return AttemptResult.Release(startedAt);
            default:
                break;
        }

        var activity = WebhooksTracing.StartAttempt(endpoint, delivery, timeProvider);
        var response = endpoint.Handler is { } handler
            ? await handlers.SendAsync(handler, delivery, abort).ConfigureAwait(false)
            : await sender.SendAsync(endpoint, delivery, startedAt, abort).ConfigureAwait(false);
        var outcome = response.IsAborted || response.DeferredFor is not null
            ? null
            : announcer.Announce(Decide(endpoint, delivery, startedAt, response), delivery);
        activity.SetAttempted(response, outcome?.Status ?? DeliveryStatus.Pending);
        activity.End(timeProvider);
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

        var pauseUntil = response.RetryAfter is { } asked ? timeProvider.GetNow() + retryPolicy.Grant(asked) : default(DateTimeOffset?);
        return AttemptResult.Made(outcome!, endpoint, pauseUntil);
    }

    private async ValueTask<LaneLimits> FindLimitsAsync(CachedEndpoint endpoint, CancellationToken cancellationToken)
    {
        var tenantInterval = tenantLimits is null
            ? _tenantInterval
            : (await tenantLimits.FindAsync(endpoint.Key.TenantId, cancellationToken).ConfigureAwait(false))?.Interval;
        var maxConcurrency = endpoint.Settings.IsOrdered ? 1 : endpoint.Settings.MaxConcurrency ?? _options.MaxConcurrencyPerEndpoint;
        return new LaneLimits(maxConcurrency, endpoint.Settings.RateLimit?.Interval, tenantInterval);
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
        metrics.Attempted(attempt, delivery.Message.DeliverAt ?? delivery.Message.CreatedAt);
        if (attempt.IsSuccess)
        {
            return new DeliveryOutcome(attempt, DeliveryStatus.Succeeded, RetryAt: null);
        }

        if (response.IsCanceled)
        {
            return new DeliveryOutcome(attempt, DeliveryStatus.Canceled, RetryAt: null, CancelReason.Transformation);
        }

        logger.AttemptFailed(delivery.Id, delivery.AttemptNumber, delivery.EndpointId, response.Error, response.StatusCode);
        if (delivery.Resend is { } resend && resend.IsSingle(delivery.AttemptNumber))
        {
            return resend.Otherwise == DeliveryStatus.Pending
                ? RetryOrEnd(delivery, attempt, response.Sent, response.StatusCode == Gone ? null : resend.RetryAt)
                : new DeliveryOutcome(attempt, resend.Otherwise, RetryAt: null, resend.CancelReason);
        }

        var retryAt = response.StatusCode == Gone
            ? null
            : retryPolicy.RetryAt(
                endpoint.Settings.RetrySchedule,
                delivery.AttemptNumber - (delivery.Resend?.UncountedAttempts ?? 0),
                timeProvider.GetNow(),
                response.RetryAfter);
        return RetryOrEnd(delivery, attempt, response.Sent, retryAt);
    }

    /// <summary>What has expired by the time of its retry need not wait for it.</summary>
    private static DeliveryOutcome RetryOrEnd(
        LeasedDelivery delivery, DeliveryAttempt attempt, SentContent? sent, DateTimeOffset? retryAt) => retryAt switch
    {
        null => new DeliveryOutcome(attempt, DeliveryStatus.Failed, RetryAt: null),
        _ when delivery.Message.IsAtMostOnce => new DeliveryOutcome(attempt, DeliveryStatus.Failed, RetryAt: null),
        { } time when delivery.Message.IsExpired(time) =>
            new DeliveryOutcome(attempt, DeliveryStatus.Canceled, RetryAt: null, CancelReason.Expired),
        _ => new DeliveryOutcome(attempt, DeliveryStatus.Pending, retryAt) { Sent = delivery.Sent is null ? sent : null },
    };

    /// <summary>RFC 9110, section 15.5.11: the receiver says that the URL is gone for good.</summary>
    private async Task DisableGoneAsync(EndpointKey key)
    {
        try
        {
            var (_, isChanged) = await editor
                .DisableAsync(key, DisableCause.Gone, "The receiver answered 410 Gone.", expectedVersion: null, CancellationToken.None).ConfigureAwait(false);
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
