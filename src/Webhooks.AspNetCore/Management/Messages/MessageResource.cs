using System.ComponentModel;
using System.Text.Json;
using Webhooks.AspNetCore.Management.Json;
using Webhooks.Publishing;

namespace Webhooks.AspNetCore.Management.Messages;

/// <summary>A message, as answers show it.</summary>
internal sealed record MessageResource
{
    [Description("The message's id: the same on every attempt.")]
    public required string Id { get; init; }

    [Description("The name of its event type.")]
    public required string EventType { get; init; }

    [Description("The publisher's id of the event; null when it gave none.")]
    public string? EventId { get; init; }

    [Description("The channels that it is sent on.")]
    public required IReadOnlyList<string> Channels { get; init; }

    [Description("What is sent, with its envelope. Null once it was removed, and in lists.")]
    public JsonElement Payload { get; init; } = JsonNull.Element;

    [Description("When the event happened.")]
    public required DateTimeOffset Timestamp { get; init; }

    [Description("When it was published.")]
    public required DateTimeOffset CreatedAt { get; init; }

    [Description("The time before which it is not sent; null when it was to be sent at once.")]
    public DateTimeOffset? DeliverAt { get; init; }

    [Description("The time from which on it is not sent any more; null when it does not expire.")]
    public DateTimeOffset? ExpiresAt { get; init; }

    [Description("The endpoint that it was sent to as a test; null for what was published.")]
    public string? TestedEndpointId { get; init; }

    /// <summary>A message without its payload.</summary>
    public static MessageResource Of(WebhookMessage message) => new()
    {
        Id = message.Id,
        EventType = message.EventType,
        EventId = message.EventId,
        Channels = message.Channels,
        Timestamp = message.Timestamp,
        CreatedAt = message.CreatedAt,
        DeliverAt = message.DeliverAt,
        ExpiresAt = message.ExpiresAt,
        TestedEndpointId = message.TestedEndpointId,
    };

    /// <summary>A message with its payload.</summary>
    public static MessageResource WithPayload(WebhookMessage message) =>
        message.Payload is { } payload ? Of(message) with { Payload = JsonNull.Parse(payload) } : Of(message);
}
