using System.Text.Json.Serialization.Metadata;

namespace Webhooks.Catalog;

/// <summary>An entry of the event catalog.</summary>
public sealed record EventType
{
    /// <summary>
    /// The name, as subscribers and payloads spell it: 1 to 128 characters, segments of <c>A-Z a-z 0-9 _ -</c> joined by full
    /// stops (<c>order.paid</c>), after the Standard Webhooks specification, section "Payload structure".
    /// </summary>
    public required string Name { get; init; }

    /// <summary>What happened when it is sent, for people. Default: none.</summary>
    public string? Description { get; init; }

    /// <summary>The heading that it stands under where the catalog is shown to people. Default: none.</summary>
    public string? Group { get; init; }

    /// <summary>Words that it can be found by, each once. Default: none.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Set where nobody should subscribe to it any more; it is sent all the same. Default: none.</summary>
    public EventDeprecation? Deprecation { get; init; }

    /// <summary>Whether its events are sent at most once, rather than until they arrive (<see cref="Microsoft.Extensions.DependencyInjection.EventTypeBuilderExtensions.AtMostOnce"/>). Default: no.</summary>
    public bool IsAtMostOnce { get; init; }

    /// <summary>The type of its data; null when any value may be published under its name.</summary>
    public Type? DataType { get; init; }

    /// <summary>How its data is serialised; null for the way that <see cref="Publishing.WebhookJsonOptions"/> have.</summary>
    public JsonTypeInfo? JsonTypeInfo { get; init; }

    /// <summary>Examples of its data. They are checked against the data's schema when the host starts. Default: none.</summary>
    public IReadOnlyList<EventExample> Examples { get; init; } = [];

    /// <summary>
    /// The version of the catalog that brought the form of its data which is published: 1 to 32 of <c>A-Z a-z 0-9 _ - .</c>, such as
    /// <c>v2</c> or <c>2026-11-28</c>. Null where there has only been one form.
    /// </summary>
    public string? Version { get; init; }

    /// <summary>The forms that its data had before, the newest first; <see cref="Version"/> is newer than all. Default: none.</summary>
    public IReadOnlyList<EventVersion> OlderVersions { get; init; } = [];
}
