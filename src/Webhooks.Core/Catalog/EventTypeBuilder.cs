namespace Webhooks.Catalog;

/// <summary>Describes an event type while it is registered.</summary>
public class EventTypeBuilder
{
    internal EventTypeBuilder(EventType eventType) => EventType = eventType;

    internal EventType EventType { get; set; }
}
