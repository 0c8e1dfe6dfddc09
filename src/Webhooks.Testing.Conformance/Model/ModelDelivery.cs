using Webhooks.Dispatching;

namespace Webhooks.Testing.Conformance.Model;

/// <summary>A delivery as the reference model has it.</summary>
internal sealed class ModelDelivery(string id, string messageId, DateTimeOffset createdAt, ModelEndpoint endpoint)
{
    public string Id { get; } = id;

    public string MessageId { get; } = messageId;

    public DateTimeOffset CreatedAt { get; } = createdAt;

    public ModelEndpoint Endpoint { get; } = endpoint;

    public DeliveryStatus Status { get; set; }

    public int AttemptCount { get; set; }

    /// <summary>When it is due or its lease ends; null while it is held, and when it has ended.</summary>
    public DateTimeOffset? DueAt { get; set; }

    public string? Owner { get; set; }

    /// <summary>Whether the store may hold it already where the contract leaves it open; its next read tells.</summary>
    public bool MayBeHeld { get; set; }

    public bool IsPending => Status == DeliveryStatus.Pending;

    public bool IsHeld => IsPending && DueAt is null;

    public bool IsDue(DateTimeOffset now) => IsPending && DueAt <= now;

    public void Schedule(DateTimeOffset dueAt, string? owner) => (DueAt, Owner) = (dueAt, owner);

    public void Hold() => (DueAt, Owner) = (null, null);

    public void End(DeliveryStatus status) => (Status, DueAt, Owner) = (status, null, null);
}
