namespace Webhooks.Catalog;

/// <summary>Describes an event type with typed data while it is registered.</summary>
/// <typeparam name="T">The type of its data.</typeparam>
public sealed class EventTypeBuilder<T> : EventTypeBuilder
{
    internal EventTypeBuilder(EventType eventType)
        : base(eventType)
    {
    }

    /// <summary>Adds an example. It is checked against the schema of the data when the host starts.</summary>
    /// <param name="value">The data.</param>
    /// <param name="name">What it is called; null for <c>example-1</c> and so on.</param>
    public EventTypeBuilder<T> WithExample(T value, string? name = null)
    {
        EventType = EventType with { Examples = EventExamples.Add(EventType.Examples, name, value) };
        return this;
    }

    /// <summary>
    /// Says that the data has changed in a way that subscribers have to follow, and in which version of the catalog it got its form
    /// of now. See <see cref="WithOlderVersion{TNewer,TOlder}(string,Func{TNewer,TOlder},Action{EventVersionBuilder{TOlder}})"/>.
    /// </summary>
    /// <param name="version">
    /// The version, 1 to 32 of <c>A-Z a-z 0-9 _ - .</c>, such as <c>v2</c> or a date. Versions are the catalog's, not the type's: a new
    /// form gets one that is newer than all that any event type has.
    /// </param>
    public EventTypeBuilder<T> WithVersion(string version)
    {
        EventType = EventType with { Version = version };
        return this;
    }

    /// <summary>
    /// Adds the form that the data had before, which is made of the next newer one for endpoints of an older version. Forms are
    /// added from the newest to the oldest.
    /// </summary>
    /// <typeparam name="TNewer">The data of the version that was named before this one.</typeparam>
    /// <typeparam name="TOlder">The data of this version.</typeparam>
    /// <param name="version">This version. What was published before there were versions is sent as it is.</param>
    /// <param name="convert">
    /// Makes the older form. It is called at each attempt, and has to give the same for the same: receivers compare what they get
    /// twice. When it throws, the attempt fails.
    /// </param>
    /// <param name="configure">Describes the version.</param>
    public EventTypeBuilder<T> WithOlderVersion<TNewer, TOlder>(
        string version, Func<TNewer, TOlder> convert, Action<EventVersionBuilder<TOlder>>? configure = null)
        where TNewer : notnull
        where TOlder : notnull
    {
        ArgumentNullException.ThrowIfNull(convert);
        var newer = EventType.OlderVersions is [.., var last] ? last.DataType : typeof(T);
        if (typeof(TNewer) != newer)
        {
            throw new WebhookValidationException(
                "eventType",
                "version",
                version,
                $"of '{EventType.Name}' is made of '{typeof(TNewer)}', but the version before it in the list has '{newer}'. "
                    + "List versions from the newest to the oldest, each made of the one before it.");
        }

        var builder = new EventVersionBuilder<TOlder>(new EventVersion
        {
            Name = version,
            DataType = typeof(TOlder),
            Convert = data => convert((TNewer)data),
        });
        configure?.Invoke(builder);
        EventType = EventType with { OlderVersions = [.. EventType.OlderVersions, builder.Version] };
        return this;
    }

    /// <summary>Adds the form that the data had before, whose type says how it is made of the newer one.</summary>
    /// <typeparam name="TNewer">The data of the version that was named before this one.</typeparam>
    /// <typeparam name="TOlder">The data of this version.</typeparam>
    /// <param name="version">This version.</param>
    /// <param name="configure">Describes the version.</param>
    public EventTypeBuilder<T> WithOlderVersion<TNewer, TOlder>(
        string version, Action<EventVersionBuilder<TOlder>>? configure = null)
        where TNewer : notnull
        where TOlder : notnull, IOlderEventVersion<TNewer, TOlder> =>
        WithOlderVersion<TNewer, TOlder>(version, TOlder.FromNewer, configure);
}
