namespace Webhooks.Publishing;

/// <summary>One published event, as it is stored and sent.</summary>
public sealed record WebhookMessage
{
    /// <summary>The message's id: <c>msg_</c> and a time-ordered part, or the host's own. Unique within the tenant.</summary>
    public required string Id { get; init; }

    /// <summary>Whose message it is.</summary>
    public required string TenantId { get; init; }

    /// <summary>The name of its event type.</summary>
    public required string EventType { get; init; }

    /// <summary>
    /// The bytes that are signed and sent: UTF-8 JSON, frozen at publish. Null once they were removed, by retention or on request:
    /// what was sent is then known no more, and cannot be sent again.
    /// </summary>
    public required ReadOnlyMemory<byte>? Payload { get; init; }

    /// <summary>
    /// Until when the payload is kept; while a delivery is pending, longer. Null where it is kept as long as the message, and once it
    /// was removed.
    /// </summary>
    public DateTimeOffset? PayloadKeptUntil { get; init; }

    /// <summary>When the event happened, as the host says.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>When it was published.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The host's id of the event, for idempotency; unique within the tenant. Null when the host gave none.</summary>
    public string? EventId { get; init; }

    /// <summary>The channels that it is sent on; endpoints that name channels get it only if they share one.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>
    /// The <c>traceparent</c> (W3C Trace Context, section 3.2) of what published it, 55 ASCII characters, so that attempts belong to
    /// that trace wherever and whenever they are made. Null where nothing was traced.
    /// </summary>
    public string? TraceParent { get; init; }
}
