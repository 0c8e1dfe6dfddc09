using System.ComponentModel;
using System.Text.Json;

namespace Webhooks.AspNetCore.Management.EventTypes;

/// <summary>A form of an event type's payloads, as answers show it.</summary>
internal sealed record EventVersionResource
{
    [Description("The version of the catalog that brought it; null where there has only been one form.")]
    public string? Version { get; init; }

    [Description("What is different in it.")]
    public string? Description { get; init; }

    [Description("The JSON Schema (draft 2020-12) of what is sent.")]
    public required JsonElement Schema { get; init; }

    [Description("Examples of what is sent.")]
    public required IReadOnlyList<EventExampleResource> Examples { get; init; }
}
