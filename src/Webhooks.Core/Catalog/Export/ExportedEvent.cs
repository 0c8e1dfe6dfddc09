using System.Text.Json.Nodes;

namespace Webhooks.Catalog.Export;

/// <summary>One form of an event type, as documents show it.</summary>
/// <param name="Form">The form.</param>
/// <param name="Payload">The schema of what is sent, with references from its own root.</param>
/// <param name="DataPlace">Where the data's schema stands in it; null where it does not.</param>
/// <param name="Examples">Examples of what is sent.</param>
internal sealed record ExportedEvent(EventForm Form, JsonObject Payload, string? DataPlace, IReadOnlyList<ExportedExample> Examples)
{
    public EventType EventType => Form.EventType;

    /// <summary>The name of the event type, with the version where it is not the newest.</summary>
    public string Key => Form.Older is null ? EventType.Name : $"{EventType.Name}@{Form.Version}";

    /// <summary>The same as a key of components. No event type has a name with an empty segment, so it is nobody else's.</summary>
    public string ComponentKey => Form.Older is null ? EventType.Name : $"{EventType.Name}..{Form.Version}";

    /// <summary>What happened, since when it should not be used, and who gets it, as Markdown; null for nothing to say.</summary>
    public string? Description
    {
        get
        {
            string?[] parts =
            [
                EventType.Description,
                Form.Older?.Description,
                EventType.Deprecation is { } deprecation ? Describe(deprecation) : null,
                Form.Version is { } version
                    ? Form.Older is null ? $"Version `{version}`." : $"Version `{version}`, for endpoints of that version."
                    : null,
            ];
            return string.Join("\n\n", parts.OfType<string>()) is { Length: > 0 } description ? description : null;
        }
    }

    public static string Describe(EventDeprecation deprecation) =>
        "Deprecated."
        + (deprecation.Successor is { } successor ? $" Use `{successor}` instead." : "")
        + (deprecation.Reason is { } reason ? $" {reason}" : "");
}
