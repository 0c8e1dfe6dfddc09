using System.ComponentModel;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Webhooks.AspNetCore.Management.Json;
using Webhooks.Dispatching;
using Webhooks.Endpoints;

namespace Webhooks.AspNetCore.Management.TestEvents;

/// <summary>What came of sending an example, as answers show it.</summary>
internal sealed record TestEventResource
{
    [Description("The id that the receiver saw. No message of this id is in the log.")]
    public required string MessageId { get; init; }

    [Description("Whether the receiver accepted it.")]
    public required bool IsSuccess { get; init; }

    [Description("What was sent.")]
    public required JsonElement Payload { get; init; }

    [Description("When it was sent.")]
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

    [Description("Whether the body was longer.")]
    public required bool IsResponseTruncated { get; init; }

    public static TestEventResource Of(EndpointTest test) => new()
    {
        MessageId = test.MessageId,
        IsSuccess = test.IsSuccess,
        Payload = JsonNull.Parse(test.Payload),
        StartedAt = test.StartedAt,
        DurationMs = (long)test.Duration.TotalMilliseconds,
        StatusCode = test.StatusCode,
        Error = test.IsSuccess ? null : test.Error,
        ErrorMessage = test.ErrorMessage,
        Response = Encoding.UTF8.GetString(test.ResponseExcerpt.Span),
        IsResponseTruncated = test.IsResponseTruncated,
    };
}
