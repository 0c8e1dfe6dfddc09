using Webhooks.Dispatching;
using Webhooks.Storage;
using Xunit;

namespace Webhooks.Testing.Conformance.Model;

/// <summary>
/// The reference model: what the contract says that a store holds after a sequence of calls, and the comparison with what
/// it does hold.
/// </summary>
internal sealed class StoreModel(IWebhookStore store)
{
    private readonly OrderedDictionary<string, ModelDelivery> _deliveries = new(StringComparer.Ordinal);

    public List<ModelEndpoint> Endpoints { get; } = [];

    /// <summary>The first message and how many deliveries it was given, by its tenant and id.</summary>
    public Dictionary<(string TenantId, string Id), (int DeliveryCount, DateTimeOffset CreatedAt)> Messages { get; } = [];

    /// <summary>All deliveries, the oldest first.</summary>
    public IEnumerable<ModelDelivery> Deliveries => _deliveries.Values;

    public DateTimeOffset? NextDueAt => Deliveries
        .Where(delivery => delivery.IsPending)
        .Select(delivery => delivery.DueAt)
        .Concat(Endpoints.Where(endpoint => endpoint is { Exists: true, IsEnabled: true }).Select(endpoint => endpoint.PausedUntil))
        .Min();

    public DateTimeOffset? OldestDue(DateTimeOffset now) =>
        Deliveries.Where(delivery => delivery.IsDue(now)).Select(delivery => delivery.DueAt).Min();

    public ModelDelivery this[string id] => _deliveries[id];

    public void Add(ModelDelivery delivery) => _deliveries.Add(delivery.Id, delivery);

    public IEnumerable<ModelDelivery> PendingOf(ModelEndpoint endpoint) =>
        Deliveries.Where(delivery => delivery.Endpoint == endpoint && delivery.IsPending);

    /// <summary>The delivery that an outcome or a release is about, if it still has the lease.</summary>
    public ModelDelivery? FindLeased(LeasedDelivery lease, string owner) =>
        _deliveries.TryGetValue(lease.Id, out var delivery)
        && delivery.IsPending
        && delivery.Owner == owner
        && delivery.AttemptCount + 1 == lease.AttemptNumber
            ? delivery
            : null;

    public void Prune(DateTimeOffset before)
    {
        foreach (var (message, (_, createdAt)) in Messages.ToList())
        {
            var deliveries = Deliveries
                .Where(delivery => (delivery.Endpoint.Key.TenantId, delivery.MessageId) == message)
                .ToList();
            if (createdAt < before && !deliveries.Exists(delivery => delivery.IsPending))
            {
                Messages.Remove(message);
                deliveries.ForEach(delivery => _deliveries.Remove(delivery.Id));
            }
        }
    }

    /// <summary>Reads everything back: each delivery is there once, in the state that it has to be in.</summary>
    public async Task CompareAsync()
    {
        var found = 0;
        foreach (var tenantId in Endpoints.Select(endpoint => endpoint.Key.TenantId).Distinct())
        {
            string? cursor = null;
            do
            {
                var page = await store.ListDeliveriesAsync(
                    new DeliveryQuery { TenantId = tenantId, Limit = PageQuery.MaxLimit, Cursor = cursor }, default);
                found += page.Items.Count;
                foreach (var actual in page.Items)
                {
                    Compare(this[actual.Id], actual);
                }

                cursor = page.NextCursor;
            }
            while (cursor is not null);
        }

        Assert.Equal(_deliveries.Count, found);
        foreach (var endpoint in Endpoints)
        {
            var actual = (await store.GetEndpointAsync(endpoint.Key, default))?.Endpoint;
            Assert.Equal(
                endpoint.Exists ? (endpoint.Version, endpoint.PausedUntil) : null,
                actual is null ? ((long, DateTimeOffset?)?)null : (actual.Version, actual.PausedUntil));
        }
    }

    private static void Compare(ModelDelivery expected, WebhookDelivery actual)
    {
        if (expected.MayBeHeld && actual.IsHeld)
        {
            expected.Hold();
        }

        if (expected.MayHaveEnded && actual.Status != DeliveryStatus.Pending)
        {
            expected.Expire();
        }

        (expected.MayBeHeld, expected.MayHaveEnded) = (false, false);
        Assert.Equal(
            (expected.Id, expected.MessageId, expected.Endpoint.Key.EndpointId, expected.AttemptCount),
            (actual.Id, actual.MessageId, actual.EndpointId, actual.AttemptCount));
        Assert.Equal(
            expected.Owner is null ? (expected.DueAt, null) : (null, expected.DueAt), (actual.NextAttemptAt, actual.LeaseUntil));
        Assert.Equal((expected.Status, expected.CancelReason), (actual.Status, actual.CancelReason));
    }
}
