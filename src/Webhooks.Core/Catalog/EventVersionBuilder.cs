using System.Text.Json.Serialization.Metadata;

namespace Webhooks.Catalog;

/// <summary>Describes an older version of an event type while it is registered.</summary>
/// <typeparam name="T">The type of the data in that version.</typeparam>
public sealed class EventVersionBuilder<T>
{
    internal EventVersionBuilder(EventVersion version) => Version = version;

    internal EventVersion Version { get; private set; }

    /// <summary>Says what is different in this version, for the people who still get it.</summary>
    /// <param name="description">A sentence or two.</param>
    public EventVersionBuilder<T> WithDescription(string description)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(description);
        Version = Version with { Description = description };
        return this;
    }

    /// <summary>Adds an example. It is checked against the schema of the data when the host starts.</summary>
    /// <param name="value">The data.</param>
    /// <param name="name">What it is called; null for <c>example-1</c> and so on.</param>
    public EventVersionBuilder<T> WithExample(T value, string? name = null)
    {
        Version = Version with { Examples = EventExamples.Add(Version.Examples, name, value) };
        return this;
    }

    /// <summary>Serialises the data of this version by source-generated metadata.</summary>
    /// <param name="jsonTypeInfo">How the data is serialised.</param>
    public EventVersionBuilder<T> WithJsonTypeInfo(JsonTypeInfo<T> jsonTypeInfo)
    {
        Version = Version with { JsonTypeInfo = jsonTypeInfo };
        return this;
    }
}
