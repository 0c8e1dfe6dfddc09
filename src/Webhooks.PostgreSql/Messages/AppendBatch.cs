using Webhooks.Filters;
using Webhooks.PostgreSql.Connections;
using Webhooks.PostgreSql.Endpoints;

namespace Webhooks.PostgreSql.Messages;

/// <summary>The messages of one statement, and who gets them as far as is known.</summary>
internal sealed class AppendBatch : IDisposable
{
    private readonly List<int> _subscribersBefore = [];

    /// <param name="messages">What to store; no two with the same id or event id.</param>
    /// <param name="types">Who subscribes to their event types.</param>
    /// <param name="leaseLimit">How many deliveries may be leased.</param>
    public AppendBatch(List<NewMessage> messages, IReadOnlyList<EventTypeMatches> types, int leaseLimit)
    {
        Messages = messages;
        Types = types;
        var numbers = new Dictionary<EventTypeKey, int>(types.Count);
        for (var i = 0; i < types.Count; i++)
        {
            numbers.Add(types[i].Type, i);
            _subscribersBefore.Add(Subscribers.Count);
            foreach (var endpoint in types[i].Endpoints)
            {
                Subscribers.Add(endpoint);
                IsHolding |= endpoint.IsHolding;
            }
        }

        for (var i = 0; i < messages.Count; i++)
        {
            var type = numbers[messages[i].Type];
            MessageTypes.Add(type);
            DeliveryCounts.Add(AddDeliveries(i, type, ref leaseLimit));
        }
    }

    public List<NewMessage> Messages { get; }

    public IReadOnlyList<EventTypeMatches> Types { get; }

    /// <summary>By the place of a message, that of its event type.</summary>
    public ReusedList<int> MessageTypes { get; } = ReusedList<int>.Take();

    /// <summary>By the place of a message, how many deliveries it has.</summary>
    public ReusedList<int> DeliveryCounts { get; } = ReusedList<int>.Take();

    /// <summary>The endpoints of each event type, one type after the other.</summary>
    public ReusedList<EndpointMatch> Subscribers { get; } = ReusedList<EndpointMatch>.Take();

    /// <summary>In the order of the messages.</summary>
    public ReusedList<NewDelivery> Deliveries { get; } = ReusedList<NewDelivery>.Take();

    /// <summary>Whether a subscriber's deliveries are held.</summary>
    public bool IsHolding { get; }

    /// <summary>Whether a delivery is due at once that nobody has leased.</summary>
    public bool HasUnleased { get; private set; }

    /// <summary>When the first is due of those that are delayed; null where none is.</summary>
    public DateTimeOffset? FirstDelayed { get; private set; }

    public void Dispose()
    {
        MessageTypes.Dispose();
        DeliveryCounts.Dispose();
        Subscribers.Dispose();
        Deliveries.Dispose();
    }

    /// <summary>Adds the deliveries of a message.</summary>
    /// <returns>How many they are.</returns>
    private int AddDeliveries(int place, int type, ref int leasesLeft)
    {
        var (message, endpoints) = (Messages[place], Types[type].Endpoints);
        var count = 0;
        PayloadMatcher? payload = null;
        for (var i = 0; i < endpoints.Length; i++)
        {
            var endpoint = endpoints[i];
            if (!endpoint.Accepts(message.Message.Channels)
                || (endpoint.Filter is not null && !(payload ??= new PayloadMatcher(message.Message.Payload!.Value)).Meets(endpoint.Filter)))
            {
                continue;
            }

            var isFree = !endpoint.IsHolding && message.Message.DeliverAt is null;
            var isLeased = isFree && leasesLeft > 0;
            leasesLeft -= isLeased ? 1 : 0;
            HasUnleased |= isFree && !isLeased;
            Deliveries.Add(new NewDelivery(message.DeliveryKeyOf(count), place, _subscribersBefore[type] + i, endpoint, isLeased));
            count++;
        }

        payload?.Dispose();
        if (count > 0 && message.Message.DeliverAt is { } deliverAt && !(FirstDelayed <= deliverAt))
        {
            FirstDelayed = deliverAt;
        }

        return count;
    }
}
