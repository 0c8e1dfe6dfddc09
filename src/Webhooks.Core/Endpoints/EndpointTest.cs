using Webhooks.Dispatching;

namespace Webhooks.Endpoints;

/// <summary>What came of sending an example to an endpoint.</summary>
public sealed record EndpointTest
{
    /// <summary>The id that the receiver saw. No message of this id is in the log.</summary>
    public required string MessageId { get; init; }

    /// <summary>What was sent: the example in its envelope.</summary>
    public required ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>When it was sent.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>How long it took; exact to the millisecond.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>The status code of the answer; null when there was none.</summary>
    public int? StatusCode { get; init; }

    /// <summary>Why it failed; <see cref="AttemptError.None"/> when it did not.</summary>
    public AttemptError Error { get; init; }

    /// <summary>What exactly went wrong, for people; null where the status code says it all.</summary>
    public string? ErrorMessage { get; init; }

    /// <summary>The first bytes of the response's body: data from a stranger, never safe to show unescaped.</summary>
    public ReadOnlyMemory<byte> ResponseExcerpt { get; init; }

    /// <summary>Whether the body was longer than the excerpt.</summary>
    public bool IsResponseTruncated { get; init; }

    /// <summary>Whether the receiver accepted it.</summary>
    public bool IsSuccess => Error == AttemptError.None;
}
