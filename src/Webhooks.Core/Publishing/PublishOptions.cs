namespace Webhooks.Publishing;

/// <summary>What a host may say about an event beside its data.</summary>
public sealed record PublishOptions
{
    /// <summary>Whose endpoints get it: 1 to 255 characters, none of them a control character. Default: <see cref="WebhooksDefaults.TenantId"/>.</summary>
    public string TenantId { get; init; } = WebhooksDefaults.TenantId;

    /// <summary>
    /// The host's id of the event, 1 to 255 characters, none of them a control character. Publishing the same one again for
    /// the same tenant stores nothing and returns the first's result. Default: none, no idempotency.
    /// </summary>
    public string? EventId { get; init; }

    /// <summary>
    /// The id that the message gets and that receivers see on every attempt, 1 to 255 of <c>A-Z a-z 0-9 _ -</c>. Like
    /// <see cref="EventId"/>, the same one again stores nothing. Default: a new <c>msg_</c> id.
    /// </summary>
    public string? MessageId { get; init; }

    /// <summary>
    /// The channels that the event is sent on, at most 16 of 1 to 128 of <c>A-Z a-z 0-9 _ - .</c>. An endpoint that names
    /// channels gets the event only if it shares one; an endpoint that names none gets every event. Default: none.
    /// </summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>
    /// How long the payload is kept, from the publish: 0 to 10 years. It shortens <see cref="Storage.RetentionOptions.Payloads"/> and
    /// never lengthens it; with 0, the payload goes as soon as every delivery has ended. Default: as the host's settings say.
    /// </summary>
    public TimeSpan? PayloadRetention { get; init; }

    /// <summary>When the event happened; it stands in the envelope. Default: now.</summary>
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>
    /// The time before which the event is not sent, at most 30 days from now; one that has passed means now. It goes to the endpoints
    /// that match when it is published. Default: none, it is sent at once.
    /// </summary>
    public DateTimeOffset? DeliverAt { get; init; }

    /// <summary>
    /// The time from which on the event is not sent any more: what is pending then ends as canceled
    /// (<see cref="Dispatching.CancelReason.Expired"/>). An attempt that began before is not broken off. After
    /// <see cref="DeliverAt"/>. Default: none, it is sent until it succeeds or its retry schedule is exhausted.
    /// </summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}
