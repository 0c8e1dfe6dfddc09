using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace Webhooks.AspNetCore.Management.Messages;

/// <summary>The body that publishes an event.</summary>
internal sealed record PublishInput
{
    [Required]
    [Description("The name of the event type.")]
    public string? EventType { get; init; }

    [Required]
    [Description("The event's data: any JSON. It is sent as it is, in the application's envelope.")]
    public JsonElement Data { get; init; }

    [Description("The publisher's id of the event, 1 to 255 characters: the same one again publishes nothing.")]
    public string? EventId { get; init; }

    [Description("The channels that it is sent on, at most 16.")]
    public IReadOnlyList<string>? Channels { get; init; }

    [Description("When the event happened; null for now.")]
    public DateTimeOffset? Timestamp { get; init; }

    [Description("The time before which it is not sent, at most 30 days from now; null for at once.")]
    public DateTimeOffset? DeliverAt { get; init; }

    [Description("The time from which on it is not sent any more; null for never.")]
    public DateTimeOffset? ExpiresAt { get; init; }

    [Description("For how many seconds the payload is kept; null for the application's setting.")]
    public double? PayloadRetentionSeconds { get; init; }
}
