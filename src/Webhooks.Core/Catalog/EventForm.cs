using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Webhooks.Catalog;

/// <summary>One form of an event type's data: what its versions, and a type without any, have in common.</summary>
/// <param name="EventType">Whose form it is.</param>
/// <param name="Older">Which of the older forms; null for the one that is published.</param>
internal sealed record EventForm(EventType EventType, EventVersion? Older)
{
    public string? Version => Older is null ? EventType.Version : Older.Name;

    public Type? DataType => Older is null ? EventType.DataType : Older.DataType;

    public IReadOnlyList<EventExample> Examples => Older is null ? EventType.Examples : Older.Examples;

    /// <summary>The forms of an event type, the newest first.</summary>
    public static EventForm[] Of(EventType eventType) =>
        [new(eventType, null), .. eventType.OlderVersions.Select(version => new EventForm(eventType, version))];

    /// <summary>
    /// Finds the form that an endpoint gets: the newest that is not newer than its version. A type that came later has only newer
    /// ones; it is sent in its first.
    /// </summary>
    /// <param name="forms">The forms, the newest first.</param>
    /// <param name="version">The endpoint's version.</param>
    public static int Find(EventForm[] forms, string version)
    {
        var index = Array.FindIndex(forms, form => EventVersionName.Compare(form.Version!, version) <= 0);
        return index < 0 ? forms.Length - 1 : index;
    }

    /// <summary>How its data is serialised.</summary>
    /// <exception cref="NotSupportedException">The options have nothing for its type.</exception>
    /// <exception cref="InvalidOperationException">The options or the type cannot be used.</exception>
    public JsonTypeInfo GetTypeInfo(JsonSerializerOptions options) =>
        (Older is null ? EventType.JsonTypeInfo : Older.JsonTypeInfo) ?? options.GetTypeInfo(DataType ?? typeof(JsonElement));

    public override string ToString() => Version is null ? $"'{EventType.Name}'" : $"'{EventType.Name}' in version '{Version}'";
}
