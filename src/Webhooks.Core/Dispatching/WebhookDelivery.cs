namespace Webhooks.Dispatching;

/// <summary>One message on its way to one endpoint.</summary>
public sealed record WebhookDelivery
{
    /// <summary>The delivery's id: <c>dlv_</c> and a time-ordered part.</summary>
    public required string Id { get; init; }

    /// <summary>Whose delivery it is.</summary>
    public required string TenantId { get; init; }

    /// <summary>What is delivered.</summary>
    public required string MessageId { get; init; }

    /// <summary>Where it is delivered to. The endpoint may have been deleted since.</summary>
    public required string EndpointId { get; init; }

    /// <summary>The message's event type.</summary>
    public required string EventType { get; init; }

    /// <summary>Where it stands.</summary>
    public required DeliveryStatus Status { get; init; }

    /// <summary>How many attempts were made and recorded.</summary>
    public required int AttemptCount { get; init; }

    /// <summary>When the message was published.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>
    /// When the next attempt is due; null when the delivery has ended, is held because its endpoint is paused or disabled, or is leased.
    /// </summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>
    /// Until when it is leased: an attempt is under way, or waits in the memory of an instance. It is attempted again at this time if the
    /// instance is lost. Null when it is not leased, and for ordered endpoints.
    /// </summary>
    public DateTimeOffset? LeaseUntil { get; init; }

    /// <summary>When it ended; null while it is pending.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Why it was canceled; null when it was not, or before reasons were kept.</summary>
    public CancelReason? CancelReason { get; init; }

    /// <summary>The status code of the last attempt's answer; null when there was none.</summary>
    public int? LastStatusCode { get; init; }

    /// <summary>
    /// Why the last attempt failed; null before the first. An <see cref="AttemptError.Interrupted"/> one whose process was lost is counted
    /// but not among the attempts, because nobody knows whether it was made.
    /// </summary>
    public AttemptError? LastError { get; init; }

    /// <summary>How long the last attempt took; null before the first.</summary>
    public TimeSpan? LastDuration { get; init; }

    /// <summary>
    /// Whether it is pending and its endpoint is disabled: it is not attempted before the endpoint is enabled again, whenever its
    /// next attempt is due.
    /// </summary>
    public bool IsEndpointDisabled { get; init; }

    /// <summary>Whether it is pending without a due time, because its endpoint is paused or disabled.</summary>
    public bool IsHeld => Status == DeliveryStatus.Pending && NextAttemptAt is null && LeaseUntil is null;
}
