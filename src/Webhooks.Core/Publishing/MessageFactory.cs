using Microsoft.Extensions.Options;
using Webhooks.Catalog;
using Webhooks.Diagnostics;
using Webhooks.Operations;
using Webhooks.Storage;
using Webhooks.Validation;

namespace Webhooks.Publishing;

/// <summary>Checks an event and freezes it into the message that is stored.</summary>
internal sealed class MessageFactory(
    IEventCatalog catalog,
    PayloadSerializer serializer,
    WebhookIdGenerator ids,
    IOptions<WebhooksOptions> settings,
    TimeProvider timeProvider)
{
    private static readonly TimeSpan MaxPayloadRetention = TimeSpan.FromDays(3653);

    /// <summary>How far ahead an event can be published: well within the time for which messages are kept.</summary>
    private static readonly TimeSpan MaxDelay = TimeSpan.FromDays(30);

    /// <summary>Those of this thread, while they are empty and not in use: a host's list of channels may throw between two checks.</summary>
    [ThreadStatic]
    private static ValidationErrors? t_noErrors;

    private readonly RetentionOptions _retention = settings.Value.Retention;

    /// <param name="webhookEvent">The event.</param>
    /// <param name="fieldPrefix">What stands before field names in errors: <c>events[3].</c> in a batch.</param>
    public WebhookMessage Create(in EventContent webhookEvent, string fieldPrefix)
    {
        var options = webhookEvent.Options;
        var now = timeProvider.GetNow();
        var deliverAt = options.DeliverAt?.RoundUpToMilliseconds();
        var expiresAt = options.ExpiresAt?.TruncateToMilliseconds();
        Check(options, deliverAt, expiresAt, now, fieldPrefix);
        var eventType = FindEventType(webhookEvent, fieldPrefix);
        var timestamp = options.Timestamp ?? now;
        var id = options.MessageId ?? ids.Create(WebhookIdGenerator.MessagePrefix, now);
        return new WebhookMessage
        {
            Id = id,
            TenantId = options.TenantId,
            EventType = eventType.Name,
            Payload = serializer.Serialize(webhookEvent, eventType, id, timestamp, fieldPrefix),
            PayloadKeptUntil = FindPayloadEnd(now, options.PayloadRetention),
            Timestamp = timestamp.TruncateToMilliseconds(),
            CreatedAt = now,
            EventId = options.EventId,
            Channels = options.Channels is [] ? [] : [.. options.Channels],
            DeliverAt = deliverAt > now ? deliverAt : null,
            ExpiresAt = expiresAt,
            IsAtMostOnce = eventType.IsAtMostOnce,
            TraceParent = WebhooksTracing.CurrentTraceParent,
        };
    }

    private static void Check(
        PublishOptions options, DateTimeOffset? deliverAt, DateTimeOffset? expiresAt, DateTimeOffset now, string fieldPrefix)
    {
        var errors = t_noErrors ?? new ValidationErrors();
        t_noErrors = null;
        errors.CheckName(fieldPrefix + "tenantId", options.TenantId);
        if (OperationalCatalog.IsTenant(options.TenantId))
        {
            errors.Add(fieldPrefix + "tenantId", "reserved", options.TenantId, "is the tenant of operational events, which nobody publishes.");
        }

        errors.CheckChannels(fieldPrefix + "channels", options.Channels);
        if (options.EventId is not null)
        {
            errors.CheckName(fieldPrefix + "eventId", options.EventId);
        }

        if (options.MessageId is not null)
        {
            errors.CheckId(fieldPrefix + "messageId", options.MessageId);
        }

        if (options.PayloadRetention is { } retention && (retention < TimeSpan.Zero || retention > MaxPayloadRetention))
        {
            errors.Add(fieldPrefix + "payloadRetention", "range", retention.ToString(), "is a time from 0 to 10 years.");
        }

        if (deliverAt > now + MaxDelay)
        {
            errors.Add(
                fieldPrefix + "deliverAt",
                "range",
                $"{options.DeliverAt:O}",
                $"is more than {MaxDelay.TotalDays:0} days from now, {now:O}. Keep the event until then and publish it later.");
        }

        if (expiresAt <= deliverAt)
        {
            errors.Add(
                fieldPrefix + "expiresAt", "range", $"{options.ExpiresAt:O}", "is not after deliverAt: the event would never be sent.");
        }

        errors.ThrowIfAny();
        t_noErrors = errors;
    }

    private DateTimeOffset? FindPayloadEnd(DateTimeOffset now, TimeSpan? own)
    {
        var retention = own < (_retention.Payloads ?? TimeSpan.MaxValue) ? own : _retention.Payloads;
        return retention < _retention.Messages ? (now + retention.Value).TruncateToMilliseconds() : null;
    }

    private EventType FindEventType(in EventContent webhookEvent, string fieldPrefix)
    {
        if (webhookEvent.EventType is { } name)
        {
            return catalog.TryGet(name, out var named)
                ? named
                : throw new WebhookValidationException(
                    fieldPrefix + "eventType", "known", name, EventTypeName.NotInCatalog(name, catalog));
        }

        return catalog.TryGet(webhookEvent.DataType, out var typed)
            ? typed
            : throw new WebhookValidationException(
                fieldPrefix + "data",
                "known",
                webhookEvent.DataType.ToString(),
                "is not the data of exactly one event type of the catalog. "
                    + "Register its type with AddEventType<T>, or publish it by the event type's name.");
    }
}
