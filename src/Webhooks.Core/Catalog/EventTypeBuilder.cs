namespace Webhooks.Catalog;

/// <summary>Describes an event type while it is registered.</summary>
public sealed class EventTypeBuilder
{
    internal EventTypeBuilder(EventType eventType) => EventType = eventType;

    internal EventType EventType { get; private set; }

    /// <summary>Says what happened when the event is sent, for the people who subscribe to it.</summary>
    /// <param name="description">A sentence or two.</param>
    public EventTypeBuilder WithDescription(string description)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(description);
        EventType = EventType with { Description = description };
        return this;
    }

    /// <summary>
    /// Has its events sent at most once: one attempt without a retry, and none any more when nobody knows whether one was made, because
    /// the process that was to make it is gone. Such a delivery ends as failed, with <see cref="Dispatching.AttemptError.Interrupted"/>.
    /// It holds for events that are published from now on. Default: events are sent until they arrive, at least once.
    /// </summary>
    public EventTypeBuilder AtMostOnce()
    {
        EventType = EventType with { IsAtMostOnce = true };
        return this;
    }
}
