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
}
