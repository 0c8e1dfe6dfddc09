using System.Text.Json.Serialization.Metadata;

namespace Webhooks.Catalog;

/// <summary>An entry of the event catalog.</summary>
public sealed record EventType
{
    /// <summary>
    /// The name, as subscribers and payloads spell it: 1 to 128 characters, segments of <c>A-Z a-z 0-9 _ -</c> joined by full
    /// stops (<c>order.paid</c>), after the Standard Webhooks specification, section "Event types".
    /// </summary>
    public required string Name { get; init; }

    /// <summary>What happened when it is sent, for people. Default: none.</summary>
    public string? Description { get; init; }

    /// <summary>Whether its events are sent at most once, rather than until they arrive (<see cref="EventTypeBuilder.AtMostOnce"/>). Default: no.</summary>
    public bool IsAtMostOnce { get; init; }

    /// <summary>The type of its data; null when any value may be published under its name.</summary>
    public Type? DataType { get; init; }

    /// <summary>How its data is serialised; null for the way that <see cref="Publishing.WebhookJsonOptions"/> have.</summary>
    public JsonTypeInfo? JsonTypeInfo { get; init; }
}
