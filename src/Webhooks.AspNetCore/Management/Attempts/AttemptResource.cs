using System.ComponentModel;
using System.Text;
using System.Text.Json.Serialization;
using Webhooks.AspNetCore.Management.Json;
using Webhooks.Dispatching;

namespace Webhooks.AspNetCore.Management.Attempts;

/// <summary>An attempt, as answers show it.</summary>
internal sealed record AttemptResource
{
    [Description("The attempt's id.")]
    public required string Id { get; init; }

    [Description("The delivery that was attempted.")]
    public required string DeliveryId { get; init; }

    [Description("1 for a delivery's first attempt.")]
    public required int Number { get; init; }

    [Description("Whether the receiver accepted the delivery.")]
    public required bool IsSuccess { get; init; }

    [Description("When the attempt started.")]
    public required DateTimeOffset StartedAt { get; init; }

    [Description("How long it took, in milliseconds.")]
    public required long DurationMs { get; init; }

    [Description("The status code of the answer; null when there was none.")]
    public int? StatusCode { get; init; }

    [Description("Why it failed; null when it did not.")]
    [JsonConverter(typeof(WordConverter<AttemptError>))]
    public AttemptError? Error { get; init; }

    [Description("What exactly went wrong, for people; null where the status code says it all.")]
    public string? ErrorMessage { get; init; }

    [Description("The beginning of the answer's body, read as UTF-8. It is a stranger's: escape it where you show it.")]
    public required string Response { get; init; }

    [Description("Whether the body was longer, also because it was removed from the log.")]
    public required bool IsResponseTruncated { get; init; }

    public static AttemptResource Of(DeliveryAttempt attempt) => new()
    {
        Id = attempt.Id,
        DeliveryId = attempt.DeliveryId,
        Number = attempt.Number,
        IsSuccess = attempt.IsSuccess,
        StartedAt = attempt.StartedAt,
        DurationMs = (long)attempt.Duration.TotalMilliseconds,
        StatusCode = attempt.StatusCode,
        Error = attempt.IsSuccess ? null : attempt.Error,
        ErrorMessage = attempt.ErrorMessage,
        Response = Encoding.UTF8.GetString(attempt.ResponseExcerpt.Span),
        IsResponseTruncated = attempt.IsResponseTruncated,
    };
}
