using Webhooks.Dispatching;
using Webhooks.Publishing;

namespace Webhooks.Storage;

/// <summary>What an attempt made of its delivery.</summary>
/// <param name="Attempt">The attempt, as it is logged; its number is part of the fence.</param>
/// <param name="Status">
/// The delivery's status from now on: <see cref="DeliveryStatus.Pending"/> for one more try, else its end.
/// </param>
/// <param name="RetryAt">When the next attempt is due; set if and only if the status is pending.</param>
/// <param name="CancelReason">Why it is canceled; only where the status is that.</param>
public sealed record DeliveryOutcome(
    DeliveryAttempt Attempt, DeliveryStatus Status, DateTimeOffset? RetryAt, CancelReason? CancelReason = null)
{
    private readonly OptionalTime _retryAt = RetryAt;

    /// <summary>When the next attempt is due; set if and only if the status is pending.</summary>
    public DateTimeOffset? RetryAt
    {
        get => _retryAt;
        init => _retryAt = value;
    }

    /// <summary>
    /// What the attempt has sent, where that is not the message's own payload and is to be sent again: kept with the delivery until it
    /// ends. Null leaves what is kept as it is.
    /// </summary>
    public SentContent? Sent { get; init; }

    /// <summary>
    /// Whether the attempt is known to have been made; the default. One that nobody knows of is counted and is the delivery's last, but it is
    /// not logged and has no duration.
    /// </summary>
    public bool IsAttemptKnown { get; init; } = true;

    /// <summary>
    /// A message that is stored with this outcome, in the same transaction, if it takes effect, and otherwise not; null for none, as
    /// most outcomes have.
    /// </summary>
    public WebhookMessage? Announcement { get; init; }
}
