using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Webhooks.Catalog;

/// <summary>The catalog of the event types that were registered with the builder.</summary>
internal sealed class EventCatalog : IEventCatalog
{
    private readonly FrozenDictionary<string, EventType> _byName;
    private readonly FrozenDictionary<Type, EventType> _byDataType;

    public EventCatalog(IEnumerable<EventType> eventTypes)
    {
        EventTypes = [.. eventTypes.OrderBy(type => type.Name, StringComparer.Ordinal)];
        foreach (var (first, second) in EventTypes.Zip(EventTypes.Skip(1)))
        {
            if (string.Equals(first.Name, second.Name, StringComparison.Ordinal))
            {
                throw new WebhookValidationException(
                    "eventType", "unique", first.Name, "is registered twice. Register each event type once.");
            }
        }

        _byName = EventTypes.ToFrozenDictionary(type => type.Name, StringComparer.Ordinal);
        foreach (var eventType in EventTypes)
        {
            if (eventType.Deprecation?.Successor is { } successor
                && (!_byName.ContainsKey(successor) || string.Equals(successor, eventType.Name, StringComparison.Ordinal)))
            {
                throw new WebhookValidationException(
                    "eventType",
                    "successor",
                    successor,
                    $"is named as the successor of '{eventType.Name}' and is not another event type of the catalog.");
            }
        }

        _byDataType = EventTypes
            .Where(type => type.DataType is not null)
            .GroupBy(type => type.DataType!)
            .Where(group => group.Count() == 1)
            .ToFrozenDictionary(group => group.Key, group => group.Single());
    }

    public IReadOnlyList<EventType> EventTypes { get; }

    public bool TryGet(string name, [NotNullWhen(true)] out EventType? eventType) => _byName.TryGetValue(name, out eventType);

    public bool TryGet(Type dataType, [NotNullWhen(true)] out EventType? eventType) =>
        _byDataType.TryGetValue(dataType, out eventType);
}
