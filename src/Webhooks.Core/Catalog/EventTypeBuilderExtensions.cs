using Webhooks.Catalog;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>What is said of every event type, whether its data is typed or not.</summary>
public static class EventTypeBuilderExtensions
{
    /// <summary>Says what happened when the event is sent, for the people who subscribe to it.</summary>
    /// <typeparam name="TBuilder">The kind of builder.</typeparam>
    /// <param name="type">The builder.</param>
    /// <param name="description">A sentence or two.</param>
    public static TBuilder WithDescription<TBuilder>(this TBuilder type, string description)
        where TBuilder : EventTypeBuilder
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(description);
        type.EventType = type.EventType with { Description = description };
        return type;
    }

    /// <summary>Puts it under a heading where the catalog is shown to people.</summary>
    /// <typeparam name="TBuilder">The kind of builder.</typeparam>
    /// <param name="type">The builder.</param>
    /// <param name="group">The heading.</param>
    public static TBuilder WithGroup<TBuilder>(this TBuilder type, string group)
        where TBuilder : EventTypeBuilder
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(group);
        type.EventType = type.EventType with { Group = group };
        return type;
    }

    /// <summary>Adds words that it can be found by.</summary>
    /// <typeparam name="TBuilder">The kind of builder.</typeparam>
    /// <param name="type">The builder.</param>
    /// <param name="tags">The words.</param>
    public static TBuilder WithTags<TBuilder>(this TBuilder type, params IReadOnlyList<string> tags)
        where TBuilder : EventTypeBuilder
    {
        foreach (var tag in tags)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(tag, nameof(tags));
        }

        type.EventType = type.EventType with { Tags = [.. type.EventType.Tags.Concat(tags).Distinct(StringComparer.Ordinal)] };
        return type;
    }

    /// <summary>Says that nobody should subscribe to it any more. It is sent all the same.</summary>
    /// <typeparam name="TBuilder">The kind of builder.</typeparam>
    /// <param name="type">The builder.</param>
    /// <param name="successor">The name of the event type that takes its place; null for none.</param>
    /// <param name="reason">Why, and until when it is sent, for people.</param>
    public static TBuilder Deprecate<TBuilder>(this TBuilder type, string? successor = null, string? reason = null)
        where TBuilder : EventTypeBuilder
    {
        type.EventType = type.EventType with { Deprecation = new EventDeprecation(successor, reason) };
        return type;
    }

    /// <summary>
    /// Has its events sent at most once: one attempt without a retry, and none any more when nobody knows whether one was made, because
    /// the process that was to make it is gone. Such a delivery ends as failed, with <see cref="Webhooks.Dispatching.AttemptError.Interrupted"/>.
    /// It holds for events that are published from now on. Default: events are sent until they arrive, at least once.
    /// </summary>
    /// <typeparam name="TBuilder">The kind of builder.</typeparam>
    /// <param name="type">The builder.</param>
    public static TBuilder AtMostOnce<TBuilder>(this TBuilder type)
        where TBuilder : EventTypeBuilder
    {
        type.EventType = type.EventType with { IsAtMostOnce = true };
        return type;
    }

    /// <summary>Adds the examples that the type of the data has with it.</summary>
    /// <typeparam name="T">The type of the data.</typeparam>
    /// <param name="type">The builder.</param>
    public static EventTypeBuilder<T> WithExamples<T>(this EventTypeBuilder<T> type)
        where T : IEventExamples<T>
    {
        foreach (var example in T.Examples)
        {
            type.WithExample(example);
        }

        return type;
    }

    /// <summary>Adds the examples that the type of the data has with it.</summary>
    /// <typeparam name="T">The type of the data in this version.</typeparam>
    /// <param name="version">The builder.</param>
    public static EventVersionBuilder<T> WithExamples<T>(this EventVersionBuilder<T> version)
        where T : IEventExamples<T>
    {
        foreach (var example in T.Examples)
        {
            version.WithExample(example);
        }

        return version;
    }
}
