using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Webhooks.Dispatching;
using Webhooks.Storage;

namespace Webhooks.Operations;

/// <summary>The data of an event about a delivery: what was delivered, and the attempt that made it an event.</summary>
public abstract record DeliveryEventData : OperationalEventData
{
    private protected DeliveryEventData()
    {
    }

    [SetsRequiredMembers]
    private protected DeliveryEventData(DeliveryAttempt attempt, LeasedDelivery delivery)
        : base(delivery.EndpointKey)
    {
        DeliveryId = delivery.Id;
        MessageId = delivery.Message.Id;
        EventType = delivery.Message.EventType;
        PublishedAt = delivery.Message.CreatedAt;
        AttemptNumber = attempt.Number;
        AttemptedAt = attempt.StartedAt;
        StatusCode = attempt.StatusCode;
        Error = attempt.IsSuccess ? null : attempt.Error;
        ErrorMessage = attempt.ErrorMessage;
    }

    /// <summary>The delivery.</summary>
    [JsonPropertyOrder(-1)]
    public required string DeliveryId { get; init; }

    /// <summary>What is delivered.</summary>
    [JsonPropertyOrder(-1)]
    public required string MessageId { get; init; }

    /// <summary>The message's event type.</summary>
    [JsonPropertyOrder(-1)]
    public required string EventType { get; init; }

    /// <summary>When the message was published.</summary>
    [JsonPropertyOrder(-1)]
    public required DateTimeOffset PublishedAt { get; init; }

    /// <summary>The number of the attempt: 1 for the delivery's first.</summary>
    [JsonPropertyOrder(-1)]
    public required int AttemptNumber { get; init; }

    /// <summary>
    /// When the attempt started; where it is <see cref="AttemptError.Interrupted"/> because its process was lost, when that was found.
    /// </summary>
    [JsonPropertyOrder(-1)]
    public required DateTimeOffset AttemptedAt { get; init; }

    /// <summary>The status code of its answer; null when there was none.</summary>
    [JsonPropertyOrder(-1)]
    public int? StatusCode { get; init; }

    /// <summary>Why it failed, as <c>status</c> or <c>nameResolution</c>; null when it did not.</summary>
    [JsonPropertyOrder(-1)]
    [JsonConverter(typeof(CamelCaseEnumConverter<AttemptError>))]
    public AttemptError? Error { get; init; }

    /// <summary>What exactly went wrong, for people, at most 500 characters; null where the status code says it all.</summary>
    [JsonPropertyOrder(-1)]
    public string? ErrorMessage { get; init; }
}
