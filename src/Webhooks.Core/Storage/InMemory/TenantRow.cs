using Webhooks.Catalog;

namespace Webhooks.Storage.InMemory;

/// <summary>What the in-memory store keeps for one tenant.</summary>
internal sealed class TenantRow
{
    private readonly Dictionary<string, EndpointRow[]> _subscribers = new(StringComparer.Ordinal);

    public Dictionary<string, EndpointRow> Endpoints { get; } = new(StringComparer.Ordinal);

    public SequenceLog<EndpointRow> EndpointLog { get; } = new();

    public Dictionary<string, MessageRow> Messages { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, MessageRow> MessagesByEventId { get; } = new(StringComparer.Ordinal);

    public SequenceLog<MessageRow> MessageLog { get; } = new();

    public SequenceLog<DeliveryRow> DeliveryLog { get; } = new();

    public RateLine Rate { get; } = new();

    public bool IsEmpty => Endpoints.Count == 0 && Messages.Count == 0;

    /// <summary>The enabled endpoints that subscribe to an event type, the oldest first, remembered until an endpoint changes.</summary>
    public EndpointRow[] Subscribers(string eventType) =>
        _subscribers.TryGetValue(eventType, out var subscribers) ? subscribers : _subscribers[eventType] = FindSubscribers(eventType);

    /// <summary>Those of them that listen to a message of these channels.</summary>
    public EndpointRow[] Subscribers(string eventType, IReadOnlyList<string> channels)
    {
        var subscribers = Subscribers(eventType);
        if (Array.TrueForAll(subscribers, static endpoint => endpoint.ListensToAll))
        {
            return subscribers;
        }

        var listening = new List<EndpointRow>();
        foreach (var endpoint in subscribers)
        {
            if (endpoint.ListensTo(channels))
            {
                listening.Add(endpoint);
            }
        }

        return [.. listening];
    }

    public void ForgetSubscribers() => _subscribers.Clear();

    private EndpointRow[] FindSubscribers(string eventType) =>
    [
        .. EndpointLog.OldestFirst().Where(row =>
            row.IsEnabled && row.Settings.EventTypes.Any(pattern => EventTypePattern.Matches(pattern, eventType))),
    ];
}
