namespace Webhooks.Dispatching;

/// <summary>One HTTP request of a delivery, and what came of it.</summary>
public sealed record DeliveryAttempt
{
    /// <summary>The attempt's id: <c>atmpt_</c> and a time-ordered part.</summary>
    public required string Id { get; init; }

    /// <summary>Whose attempt it is.</summary>
    public required string TenantId { get; init; }

    /// <summary>The delivery that was attempted.</summary>
    public required string DeliveryId { get; init; }

    /// <summary>1 for a delivery's first attempt.</summary>
    public required int Number { get; init; }

    /// <summary>When the attempt started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>How long it took, to the last byte of the response that was read; exact to the millisecond.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>The status code of the answer; null when there was none.</summary>
    public int? StatusCode { get; init; }

    /// <summary>Why it failed; <see cref="AttemptError.None"/> when it did not.</summary>
    public AttemptError Error { get; init; }

    /// <summary>What exactly went wrong, for people; null where the status code says it all.</summary>
    public string? ErrorMessage { get; init; }

    /// <summary>
    /// The first bytes of the response's body, as they came: data from a stranger, not necessarily text and never safe to
    /// show unescaped. It goes with the message's payload, which it may repeat.
    /// </summary>
    public ReadOnlyMemory<byte> ResponseExcerpt { get; init; }

    /// <summary>Whether the body was longer than the excerpt, also because the excerpt was removed.</summary>
    public bool IsResponseTruncated { get; init; }

    /// <summary>Whether the receiver accepted the delivery.</summary>
    public bool IsSuccess => Error == AttemptError.None;
}
