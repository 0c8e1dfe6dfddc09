using Webhooks.Dispatching;
using Webhooks.Storage;

namespace Webhooks.Http;

/// <summary>What came back from one request.</summary>
internal readonly record struct AttemptResponse
{
    public TimeSpan Duration { get; init; }

    public int? StatusCode { get; init; }

    public AttemptError Error { get; init; }

    public string? ErrorMessage { get; init; }

    public ReadOnlyMemory<byte> Excerpt { get; init; }

    public bool IsTruncated { get; init; }

    /// <summary>What was sent in place of the message's own payload; null for that, or for nothing.</summary>
    public SentContent? Sent { get; init; }

    /// <summary>Whether the endpoint's transformation decided that nothing is sent, ever.</summary>
    public bool IsCanceled { get; init; }

    /// <summary>How long the receiver asks to be left alone.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Set when one of the host's handlers refused to send for this long: no attempt was made.</summary>
    public TimeSpan? DeferredFor { get; init; }

    /// <summary>Whether the process is stopping and broke the request off, which can be made again: it says nothing about the receiver.</summary>
    public bool IsAborted { get; init; }

    /// <summary>The attempt, as it is logged.</summary>
    public DeliveryAttempt ToAttempt(string id, LeasedDelivery delivery, DateTimeOffset startedAt) => new()
    {
        Id = id,
        TenantId = delivery.Message.TenantId,
        DeliveryId = delivery.Id,
        Number = delivery.AttemptNumber,
        StartedAt = startedAt,
        Duration = Duration,
        StatusCode = StatusCode,
        Error = Error,
        ErrorMessage = ErrorMessage,
        ResponseExcerpt = Excerpt,
        IsResponseTruncated = IsTruncated,
    };
}
