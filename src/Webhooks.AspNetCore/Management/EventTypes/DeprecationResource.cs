using System.ComponentModel;

namespace Webhooks.AspNetCore.Management.EventTypes;

/// <summary>That nobody should subscribe to an event type any more.</summary>
internal sealed record DeprecationResource
{
    [Description("The event type that takes its place.")]
    public string? Successor { get; init; }

    [Description("Why, and until when it is sent.")]
    public string? Reason { get; init; }
}
