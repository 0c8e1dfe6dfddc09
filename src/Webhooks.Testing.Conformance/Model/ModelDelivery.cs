using Webhooks.Dispatching;

namespace Webhooks.Testing.Conformance.Model;

/// <summary>A delivery as the reference model has it.</summary>
internal sealed class ModelDelivery(string id, string messageId, DateTimeOffset createdAt, ModelEndpoint endpoint)
{
    public string Id { get; } = id;

    public string MessageId { get; } = messageId;

    public DateTimeOffset CreatedAt { get; } = createdAt;

    public ModelEndpoint Endpoint { get; } = endpoint;

    /// <summary>The time before which it is not leased; null for none.</summary>
    public DateTimeOffset? DeliverAt { get; init; }

    /// <summary>The time from which on it is not leased; null for none.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public DeliveryStatus Status { get; set; }

    public CancelReason? CancelReason { get; private set; }

    public int AttemptCount { get; set; }

    /// <summary>When it is due or its lease ends; null while it is held, and when it has ended.</summary>
    public DateTimeOffset? DueAt { get; set; }

    public string? Owner { get; set; }

    /// <summary>Whether the store may hold it already where the contract leaves it open; its next read tells.</summary>
    public bool MayBeHeld { get; set; }

    /// <summary>Whether the store may have canceled it already, because it has expired; its next read tells.</summary>
    public bool MayBeCanceled { get; set; }

    public bool IsPending => Status == DeliveryStatus.Pending;

    public bool IsHeld => IsPending && DueAt is null;

    public bool IsDue(DateTimeOffset now) => IsPending && DueAt <= now;

    public bool IsExpired(DateTimeOffset now) => ExpiresAt <= now;

    public void Schedule(DateTimeOffset dueAt, string? owner) => (DueAt, Owner) = (dueAt, owner);

    public void Hold() => (DueAt, Owner) = (null, null);

    public void End(DeliveryStatus status, CancelReason? reason = null) =>
        (Status, DueAt, Owner, CancelReason, MayBeCanceled) = (status, null, null, reason, false);

    public void Expire() => End(DeliveryStatus.Canceled, Dispatching.CancelReason.Expired);
}
