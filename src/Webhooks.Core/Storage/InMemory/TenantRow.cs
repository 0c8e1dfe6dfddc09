using Webhooks.Catalog;
using Webhooks.Filters;
using Webhooks.Publishing;

namespace Webhooks.Storage.InMemory;

/// <summary>What the in-memory store keeps for one tenant.</summary>
internal sealed class TenantRow
{
    private readonly Dictionary<string, EndpointRow[]> _subscribers = new(StringComparer.Ordinal);

    public Dictionary<string, EndpointRow> Endpoints { get; } = new(StringComparer.Ordinal);

    public SequenceLog<EndpointRow> EndpointLog { get; } = new();

    public RowTable<MessageRow> Messages { get; } = new();

    public Dictionary<string, MessageRow> MessagesByEventId { get; } = new(StringComparer.Ordinal);

    public SequenceLog<MessageRow> MessageLog { get; } = new();

    public SequenceLog<DeliveryRow> DeliveryLog { get; } = new();

    public RateLine Rate { get; } = new();

    public bool IsEmpty => Endpoints.Count == 0 && Messages.Count == 0;

    /// <summary>The enabled endpoints that subscribe to an event type, the oldest first, remembered until an endpoint changes.</summary>
    public EndpointRow[] Subscribers(string eventType) =>
        _subscribers.TryGetValue(eventType, out var subscribers) ? subscribers : _subscribers[eventType] = FindSubscribers(eventType);

    /// <summary>Those of them that get a message, by its channels and its payload.</summary>
    public EndpointRow[] Subscribers(WebhookMessage message)
    {
        var subscribers = Subscribers(message.EventType);
        return Array.TrueForAll(subscribers, static endpoint => endpoint.GetsAll) ? subscribers : FindThatGet(subscribers, message);
    }

    public void ForgetSubscribers() => _subscribers.Clear();

    private static EndpointRow[] FindThatGet(EndpointRow[] subscribers, WebhookMessage message)
    {
        using var payload = message.Payload is { } bytes ? new PayloadMatcher(bytes) : null;
        return Array.FindAll(subscribers, endpoint => endpoint.Gets(message, payload));
    }

    private EndpointRow[] FindSubscribers(string eventType) =>
    [
        .. EndpointLog.OldestFirst().Where(row =>
            row.IsEnabled && row.Settings.EventTypes.Any(pattern => EventTypePattern.Matches(pattern, eventType))),
    ];
}
