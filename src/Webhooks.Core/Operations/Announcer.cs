using Microsoft.Extensions.Options;
using Webhooks.Diagnostics;
using Webhooks.Dispatching;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.Operations;

/// <summary>
/// Says what is announced. An announcement is a message of the operational tenant that the store keeps with the change it tells of, in
/// one transaction: there is no event without its change and no change without its event. Nothing of the operational tenant's own is
/// announced.
/// </summary>
internal sealed class Announcer(WebhookIdGenerator ids, IOptions<WebhooksOptions> options, TimeProvider timeProvider)
{
    private readonly OperationalEventsOptions _options = options.Value.OperationalEvents;

    /// <summary>Announces a change of an endpoint.</summary>
    /// <param name="key">The endpoint.</param>
    /// <param name="create">Says what has changed.</param>
    /// <param name="now">The time of the change.</param>
    /// <returns>The announcement; null where nobody is told.</returns>
    public WebhookMessage? Announce(EndpointKey key, Func<OperationalEventData> create, DateTimeOffset now) =>
        IsAnnounced(key.TenantId) ? Create(create(), now, WebhooksTracing.CurrentTraceParent) : null;

    /// <summary>Adds an announcement to an outcome that is worth one. Nobody is told of a test that is sent again.</summary>
    public DeliveryOutcome Announce(DeliveryOutcome outcome, LeasedDelivery delivery) =>
        IsAnnounced(delivery.Message.TenantId) && !delivery.Message.IsTest && Find(outcome, delivery) is { } data
            ? outcome with { Announcement = Create(data, timeProvider.GetNow(), delivery.Message.TraceParent) }
            : outcome;

    private bool IsAnnounced(string tenantId) => _options.Enabled && !OperationalCatalog.IsTenant(tenantId);

    /// <summary>
    /// All is derived from the attempt's number and the note of a resend, so that there is no state that could be lost. An attempt beside
    /// the schedule counts for nothing but its success, and, where it ends a pending delivery, its end.
    /// </summary>
    private DeliveryEventData? Find(DeliveryOutcome outcome, LeasedDelivery delivery)
    {
        var (attempt, number) = (outcome.Attempt, delivery.AttemptNumber);
        var isSingle = delivery.Resend?.IsSingle(number) ?? false;
        var before = delivery.Resend?.Otherwise ?? DeliveryStatus.Pending;

        // How many attempts of the present schedule have failed; none where the delivery had ended and has no schedule.
        var failures = number - (delivery.Resend?.UncountedAttempts ?? 0);
        failures = isSingle
            ? (before == DeliveryStatus.Pending ? failures : 0)
            : failures - (attempt.IsSuccess ? 1 : 0);
        return outcome.Status switch
        {
            DeliveryStatus.Succeeded when attempt.IsSuccess
                && (before == DeliveryStatus.Failed || failures >= _options.FailingAfterAttempts) => new DeliveryRecovered(attempt, delivery),
            DeliveryStatus.Failed when !isSingle || before != DeliveryStatus.Failed => new DeliveryExhausted(attempt, delivery),
            DeliveryStatus.Pending when !isSingle && failures == _options.FailingAfterAttempts =>
                new DeliveryFailing(attempt, delivery) { NextAttemptAt = outcome.RetryAt!.Value },
            _ => null,
        };
    }

    private WebhookMessage Create(OperationalEventData data, DateTimeOffset now, string? traceParent) =>
        OperationalCatalog.CreateMessage(ids.Create(WebhookIdGenerator.MessagePrefix, now), data, now, traceParent);
}
