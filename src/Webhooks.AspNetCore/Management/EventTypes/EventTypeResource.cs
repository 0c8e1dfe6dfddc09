using System.ComponentModel;

namespace Webhooks.AspNetCore.Management.EventTypes;

/// <summary>An entry of the event catalog, as answers show it.</summary>
internal sealed record EventTypeResource
{
    [Description("The name, as subscribers and payloads spell it.")]
    public required string Name { get; init; }

    [Description("What happened when it is sent.")]
    public string? Description { get; init; }

    [Description("The heading that it stands under.")]
    public string? Group { get; init; }

    [Description("Words that it can be found by.")]
    public required IReadOnlyList<string> Tags { get; init; }

    [Description("Set where nobody should subscribe to it any more.")]
    public DeprecationResource? Deprecation { get; init; }

    [Description("Whether its events are sent at most once, rather than until they arrive.")]
    public required bool IsAtMostOnce { get; init; }

    [Description("The forms that its payloads have had, the newest first.")]
    public required IReadOnlyList<EventVersionResource> Versions { get; init; }
}
