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

    /// <summary>Whether a lease of it that ran out is taken for an attempt.</summary>
    public bool IsAtMostOnce { get; init; }

    public DeliveryStatus Status { get; set; }

    public CancelReason? CancelReason { get; private set; }

    public int AttemptCount { get; set; }

    /// <summary>When it is due or its lease ends; null while it is held, and when it has ended.</summary>
    public DateTimeOffset? DueAt { get; set; }

    public string? Owner { get; set; }

    /// <summary>Whether the store may hold it already where the contract leaves it open; its next read tells.</summary>
    public bool MayBeHeld { get; set; }

    /// <summary>Whether the store may have ended it already (<see cref="Expire"/>); its next read tells.</summary>
    public bool MayHaveEnded { get; set; }

    /// <summary>Whether it may have been sent and must not be sent again.</summary>
    public bool IsInterrupted => IsAtMostOnce && Owner is not null;

    public bool IsPending => Status == DeliveryStatus.Pending;

    /// <summary>Whether a claim that meets it leases it, and does not hold it.</summary>
    public bool IsFree => Endpoint.TakesDeliveries || IsInterrupted;

    public bool IsHeld => IsPending && DueAt is null;

    public bool IsDue(DateTimeOffset now) => IsPending && DueAt <= now;

    public bool IsExpired(DateTimeOffset now) => ExpiresAt <= now && !IsInterrupted;

    public void Schedule(DateTimeOffset dueAt, string? owner) => (DueAt, Owner) = (dueAt, owner);

    public void Hold() => (DueAt, Owner) = (null, null);

    public void End(DeliveryStatus status, CancelReason? reason = null) =>
        (Status, DueAt, Owner, CancelReason, MayHaveEnded) = (status, null, null, reason, false);

    /// <summary>Ends it as a claim does that meets it too late.</summary>
    public void Expire() => End(DeliveryStatus.Canceled, Dispatching.CancelReason.Expired);
}
