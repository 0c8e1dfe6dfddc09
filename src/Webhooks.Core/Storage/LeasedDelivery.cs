using Webhooks.Publishing;

namespace Webhooks.Storage;

/// <summary>A delivery that a dispatcher may attempt until its lease ends.</summary>
public sealed class LeasedDelivery
{
    /// <summary>The delivery's id.</summary>
    public required string Id { get; init; }

    /// <summary>The id of the endpoint that it goes to, of the message's tenant.</summary>
    public required string EndpointId { get; init; }

    /// <summary>The endpoint's version when the lease was given: an older one that a dispatcher remembers is out of date.</summary>
    public required long EndpointVersion { get; init; }

    /// <summary>The number of the attempt that the lease is for: 1 for the first.</summary>
    public required int AttemptNumber { get; init; }

    /// <summary>When the lease ends.</summary>
    public required DateTimeOffset LeaseUntil { get; init; }

    /// <summary>What is delivered; with its payload.</summary>
    public required WebhookMessage Message { get; init; }

    /// <summary>What is to be known of a delivery that was sent again; null for all others.</summary>
    public ResendNote? Resend { get; init; }

    /// <summary>
    /// What an earlier attempt has sent, which this one sends again (<see cref="DeliveryOutcome.Sent"/>); null where no attempt has, or what
    /// it has sent was the message's own payload.
    /// </summary>
    public SentContent? Sent { get; init; }

    /// <summary>
    /// Whether it stands in the line of an ordered endpoint (<see cref="Endpoints.EndpointSettings.IsOrdered"/>): it may be attempted when
    /// all that were claimed before it have ended.
    /// </summary>
    public bool IsOrdered { get; init; }

    /// <summary>
    /// Whether it is sent at most once and an earlier lease of it ran out: it may have been sent. It is not to be attempted, nor is its lease
    /// to be given back; it is to end, by an outcome without <see cref="DeliveryOutcome.IsAttemptKnown"/>.
    /// </summary>
    public bool IsInterrupted { get; init; }

    /// <summary>The key of the endpoint that it goes to.</summary>
    public EndpointKey EndpointKey => new(Message.TenantId, EndpointId);
}
