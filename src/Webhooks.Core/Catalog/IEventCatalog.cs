using System.Diagnostics.CodeAnalysis;

namespace Webhooks.Catalog;

/// <summary>The event types that a host publishes. Fixed once the host has started.</summary>
public interface IEventCatalog
{
    /// <summary>All event types, in the order of their names.</summary>
    IReadOnlyList<EventType> EventTypes { get; }

    /// <summary>Finds an event type by its name.</summary>
    /// <param name="name">The name; case counts.</param>
    /// <param name="eventType">The event type, if there is one.</param>
    bool TryGet(string name, [NotNullWhen(true)] out EventType? eventType);

    /// <summary>Finds the event type whose data is of a CLR type.</summary>
    /// <param name="dataType">The type of the data.</param>
    /// <param name="eventType">The event type, if exactly one has data of this type.</param>
    bool TryGet(Type dataType, [NotNullWhen(true)] out EventType? eventType);
}
