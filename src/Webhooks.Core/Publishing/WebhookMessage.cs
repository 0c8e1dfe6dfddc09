using Webhooks.Storage;

namespace Webhooks.Publishing;

/// <summary>One published event, as it is stored and sent.</summary>
public sealed record WebhookMessage
{
    private readonly OptionalTime _payloadKeptUntil;
    private readonly OptionalTime _deliverAt;
    private readonly OptionalTime _expiresAt;

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
    public DateTimeOffset? PayloadKeptUntil
    {
        get => _payloadKeptUntil;
        init => _payloadKeptUntil = value;
    }

    /// <summary>When the event happened, as the host says.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>When it was published.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The host's id of the event, for idempotency; unique within the tenant. Null when the host gave none.</summary>
    public string? EventId { get; init; }

    /// <summary>The channels that it is sent on; endpoints that name channels get it only if they share one.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>The time before which it is not sent, in whole milliseconds; null when it was to be sent at once.</summary>
    public DateTimeOffset? DeliverAt
    {
        get => _deliverAt;
        init => _deliverAt = value;
    }

    /// <summary>The time from which on it is not sent any more, in whole milliseconds; null when it does not expire.</summary>
    public DateTimeOffset? ExpiresAt
    {
        get => _expiresAt;
        init => _expiresAt = value;
    }

    /// <summary>Whether a request of it may be made once only, so that a lease that ran out is not given again.</summary>
    public bool IsAtMostOnce { get; init; }

    /// <summary>
    /// The one endpoint that it is for, where it is an example that was sent to test that (<see cref="Endpoints.IEndpointTester"/>); null for
    /// all that was published.
    /// </summary>
    public string? TestedEndpointId { get; init; }

    /// <summary>
    /// The <c>traceparent</c> (W3C Trace Context, section 3.2) of what published it, 55 ASCII characters, so that attempts belong to
    /// that trace wherever and whenever they are made. Null where nothing was traced.
    /// </summary>
    public string? TraceParent { get; init; }

    /// <summary>Whether it is an example that was sent to test an endpoint.</summary>
    public bool IsTest => TestedEndpointId is not null;

    /// <summary>Whether it is not sent any more.</summary>
    /// <param name="now">The time.</param>
    public bool IsExpired(DateTimeOffset now) => ExpiresAt <= now;
}
