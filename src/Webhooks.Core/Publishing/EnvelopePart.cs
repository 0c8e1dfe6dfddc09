using System.Text.Json;

namespace Webhooks.Publishing;

/// <summary>A value in a payload, and where it comes from.</summary>
internal abstract record EnvelopePart
{
    /// <summary>The event's data.</summary>
    public sealed record Data : EnvelopePart;

    /// <summary>A text that says something of the event.</summary>
    /// <param name="Meaning">What.</param>
    public sealed record Text(EnvelopeText Meaning) : EnvelopePart;

    /// <summary>An object.</summary>
    /// <param name="Properties">Its properties, in order.</param>
    /// <param name="HoldsDataProperties">Whether the properties of the data stand among its own.</param>
    public sealed record Object(IReadOnlyList<Property> Properties, bool HoldsDataProperties) : EnvelopePart;

    /// <summary>An array.</summary>
    /// <param name="Items">Its items.</param>
    public sealed record Array(IReadOnlyList<EnvelopePart> Items) : EnvelopePart;

    /// <summary>Any other value, of which only the kind is known.</summary>
    /// <param name="Kind">The kind.</param>
    public sealed record Value(JsonValueKind Kind) : EnvelopePart;

    /// <summary>A property.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Part">Its value.</param>
    /// <param name="NeedsEventId">Whether only events with an event id have it.</param>
    /// <param name="NeedsVersion">Whether only event types with versions have it.</param>
    public sealed record Property(string Name, EnvelopePart Part, bool NeedsEventId, bool NeedsVersion);
}
