using System.ComponentModel;
using System.Text.Json.Serialization;
using Webhooks.AspNetCore.Management.Json;
using Webhooks.Dispatching;

namespace Webhooks.AspNetCore.Management.Deliveries;

/// <summary>A delivery, as answers show it.</summary>
internal sealed record DeliveryResource
{
    [Description("The delivery's id.")]
    public required string Id { get; init; }

    [Description("What is delivered.")]
    public required string MessageId { get; init; }

    [Description("Where it is delivered to. The endpoint may have been deleted since.")]
    public required string EndpointId { get; init; }

    [Description("The message's event type.")]
    public required string EventType { get; init; }

    [Description("Where it stands.")]
    [JsonConverter(typeof(WordConverter<DeliveryStatus>))]
    public required DeliveryStatus Status { get; init; }

    [Description("How many attempts were made.")]
    public required int AttemptCount { get; init; }

    [Description("When the message was published.")]
    public required DateTimeOffset CreatedAt { get; init; }

    [Description("When the next attempt is due; null when the delivery has ended, is held because its endpoint is paused or disabled, or is being attempted.")]
    public DateTimeOffset? NextAttemptAt { get; init; }

    [Description("When it ended; null while it is pending.")]
    public DateTimeOffset? CompletedAt { get; init; }

    [Description("Why it was canceled; null when it was not.")]
    [JsonConverter(typeof(WordConverter<CancelReason>))]
    public CancelReason? CancelReason { get; init; }

    [Description("The status code of the last attempt's answer; null when there was none.")]
    public int? LastStatusCode { get; init; }

    [Description("Why the last attempt failed; null when it did not, and before the first.")]
    [JsonConverter(typeof(WordConverter<AttemptError>))]
    public AttemptError? LastError { get; init; }

    [Description("How long the last attempt took, in milliseconds; null before the first.")]
    public long? LastDurationMs { get; init; }

    [Description("Whether it is pending and its endpoint is disabled.")]
    public required bool IsEndpointDisabled { get; init; }

    [Description("Whether it is pending without a due time, because its endpoint is paused or disabled.")]
    public required bool IsHeld { get; init; }

    public static DeliveryResource Of(WebhookDelivery delivery) => new()
    {
        Id = delivery.Id,
        MessageId = delivery.MessageId,
        EndpointId = delivery.EndpointId,
        EventType = delivery.EventType,
        Status = delivery.Status,
        AttemptCount = delivery.AttemptCount,
        CreatedAt = delivery.CreatedAt,
        NextAttemptAt = delivery.NextAttemptAt,
        CompletedAt = delivery.CompletedAt,
        CancelReason = delivery.CancelReason,
        LastStatusCode = delivery.LastStatusCode,
        LastError = delivery.LastError is AttemptError.None ? null : delivery.LastError,
        LastDurationMs = (long?)delivery.LastDuration?.TotalMilliseconds,
        IsEndpointDisabled = delivery.IsEndpointDisabled,
        IsHeld = delivery.IsHeld,
    };
}
