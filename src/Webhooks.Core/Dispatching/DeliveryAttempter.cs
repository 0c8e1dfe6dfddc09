using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Webhooks.Diagnostics;
using Webhooks.Endpoints;
using Webhooks.Http;
using Webhooks.Operations;
using Webhooks.Storage;

namespace Webhooks.Dispatching;

/// <summary>
/// Makes the attempts of deliveries and decides what follows from them. An attempt has three steps, of which only the second takes time:
/// the worker that takes them is what remembers the attempt meanwhile.
/// </summary>
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

    /// <summary>Finds out whether a delivery may be attempted now.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Admission> AdmitAsync(
        Lane lane, LeasedDelivery delivery, AttemptWorkers workers, CancellationToken abort)
    {
        var startedAt = timeProvider.GetNow();
        if (delivery.LeaseUntil - startedAt < _options.ShortestLease)
        {
            // It waited for so long that the lease could run out before the outcome is recorded: back to the store for a new one.
            return Admission.Refused(AttemptResult.Release(startedAt));
        }

        if (erased.Covers(delivery, startedAt))
        {
            return Admission.Refused(AttemptResult.Nothing);
        }

        if (delivery.Message.IsExpired(startedAt))
        {
            // It has expired while it waited here: the claim that meets it ends it.
            return Admission.Refused(AttemptResult.Release(startedAt));
        }

        var endpoint = await endpoints
            .GetAsync(delivery.EndpointKey, delivery.EndpointVersion, startedAt, abort).ConfigureAwait(false);
        switch (endpoint?.Endpoint.Status)
        {
            case null:
                return Admission.Refused(AttemptResult.Nothing);
            case EndpointStatus.Disabled:
                return Admission.Refused(AttemptResult.Release(startedAt));
            default:
                if (endpoint.IsClosed(startedAt))
                {
                    return Admission.Refused(AttemptResult.Release(startedAt + ClosedPause));
                }

                break;
        }

        return workers.Admit(lane, delivery, await FindLimitsAsync(endpoint, abort).ConfigureAwait(false)) switch
        {
            AdmitResult.Waiting => Admission.Refused(AttemptResult.Waiting),
            AdmitResult.Closed => Admission.Refused(AttemptResult.Release(startedAt)),
            _ => new Admission(endpoint, startedAt),
        };
    }

    /// <summary>Makes the attempt. Whatever the receiver does becomes part of the response; nothing is thrown.</summary>
    public ValueTask<AttemptResponse> SendAsync(
        CachedEndpoint endpoint, LeasedDelivery delivery, DateTimeOffset startedAt, CancellationToken abort) => endpoint.Handler is { } handler
        ? new ValueTask<AttemptResponse>(handlers.SendAsync(handler, delivery, abort))
        : sender.SendAsync(endpoint, delivery, startedAt, abort);

    /// <summary>Decides what follows from a response.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<AttemptResult> ConcludeAsync(
        CachedEndpoint endpoint, LeasedDelivery delivery, DateTimeOffset startedAt, AttemptResponse response, Activity? activity)
    {
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

    /// <summary>What becomes of a delivery that is sent at most once and that a lost process may have sent: nobody sends it again.</summary>
    public DeliveryOutcome Interrupt(LeasedDelivery delivery)
    {
        var now = timeProvider.GetNow();
        var attempt = new DeliveryAttempt
        {
            Id = ids.Create(WebhookIdGenerator.AttemptPrefix, now),
            TenantId = delivery.Message.TenantId,
            DeliveryId = delivery.Id,
            Number = delivery.AttemptNumber,
            StartedAt = now,
            Duration = TimeSpan.Zero,
            Error = AttemptError.Interrupted,
            ErrorMessage = "The process that was to send it was lost. It is not known whether the receiver got it.",
        };
        return announcer.Announce(
            new DeliveryOutcome(attempt, DeliveryStatus.Failed, RetryAt: null) { IsAttemptKnown = false }, delivery);
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
        var attempt = response.ToAttempt(ids.Create(WebhookIdGenerator.AttemptPrefix, startedAt), delivery, startedAt);
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
