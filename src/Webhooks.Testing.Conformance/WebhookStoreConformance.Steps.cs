using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Publishing;
using Webhooks.Storage;
using Xunit;

namespace Webhooks.Testing.Conformance;

// What the facts are written in. Times are seconds after A.Start; leases last 60 of them.
public abstract partial class WebhookStoreConformance
{
    private const double LeaseSeconds = 60;

    private static async Task<EndpointKey> AddAsync(IWebhookStore store, StoredEndpoint endpoint)
    {
        Assert.True(await store.InsertEndpointAsync(endpoint, default));
        return endpoint.Key;
    }

    private static async Task<List<T>> ReadAllAsync<T>(Func<string?, Task<Page<T>>> read)
    {
        var all = new List<T>();
        var cursors = new HashSet<string?>(StringComparer.Ordinal);
        string? cursor = null;
        do
        {
            Assert.True(cursors.Add(cursor), "A page has the cursor of a page before it.");
            var page = await read(cursor);
            all.AddRange(page.Items);
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        return all;
    }

    private static async Task AssertCursorIsRefusedAsync(Func<Task> read)
    {
        var exception = await Assert.ThrowsAsync<WebhookValidationException>(read);
        Assert.Equal("cursor", Assert.Single(exception.Errors).Field);
    }

    private Task<EndpointKey> AddAsync(StoredEndpoint endpoint) => AddAsync(Store, endpoint);

    private Task<EndpointKey> AddEndpointAsync(string tenant = A.Tenant) => AddAsync(A.Endpoint(tenant: tenant));

    /// <summary>Appends messages whose deliveries are due at their time and leased to nobody.</summary>
    private Task<IReadOnlyList<AppendResult>> AppendAsync(params IReadOnlyList<WebhookMessage> messages) =>
        Store.AppendAsync(messages, leases: null, default);

    /// <summary>Appends a message with one delivery, leased at once.</summary>
    private async Task<LeasedDelivery> AppendLeasedAsync(string owner = A.Owner, string tenant = A.Tenant, double at = 0)
    {
        var results = await Store.AppendAsync(
            [A.Message(tenant: tenant, createdAt: A.At(at))], new LeaseGrant(owner, A.At(at + LeaseSeconds), Limit: 1), default);
        return Assert.Single(Assert.Single(results).Leased);
    }

    private Task<ClaimResult> ClaimAsync(double at, int limit = 1000, string owner = A.Owner) =>
        Store.ClaimAsync(new ClaimRequest(owner, A.At(at), A.At(at + LeaseSeconds), limit), default);

    private Task<HeldClaimResult> ClaimHeldAsync(EndpointKey endpoint, double at, int limit = 1000, string owner = A.Owner) =>
        Store.ClaimHeldAsync(new HeldClaimRequest(endpoint, owner, A.At(at), A.At(at + LeaseSeconds), limit), default);

    private async Task<bool> CompleteAsync(DeliveryOutcome outcome, string owner = A.Owner) =>
        Assert.Single(await Store.CompleteAsync(owner, [outcome], default));

    private Task ReleaseAsync(LeasedDelivery lease, double dueAt, string owner = A.Owner) =>
        Store.ReleaseAsync(owner, [new DeliveryRelease(lease, A.At(dueAt))], default);

    private async Task PauseAsync(EndpointKey endpoint, double until, string? owner = null) =>
        Assert.True(await Store.PauseEndpointAsync(new EndpointPause(endpoint, A.At(until), owner), default));

    private async Task<WebhookDelivery> GetDeliveryAsync(LeasedDelivery lease)
    {
        var delivery = await Store.GetDeliveryAsync(lease.Message.TenantId, lease.Id, default);
        Assert.NotNull(delivery);
        return delivery;
    }

    private async Task<StoredEndpoint> GetEndpointAsync(EndpointKey key)
    {
        var endpoint = await Store.GetEndpointAsync(key, default);
        Assert.NotNull(endpoint);
        return endpoint;
    }

    private async Task<StoredEndpoint> ChangeAsync(EndpointKey key, Func<WebhookEndpoint, WebhookEndpoint> change)
    {
        var stored = await GetEndpointAsync(key);
        var changed = stored with { Endpoint = change(stored.Endpoint) with { Version = stored.Endpoint.Version + 1 } };
        Assert.True(await Store.ReplaceEndpointAsync(changed, stored.Endpoint.Version, default));
        return changed;
    }

    private Task<StoredEndpoint> DisableAsync(EndpointKey key) =>
        ChangeAsync(key, endpoint => endpoint with { Status = EndpointStatus.Disabled, DisabledReason = "a reason" });

    private Task<StoredEndpoint> EnableAsync(EndpointKey key, double at) =>
        ChangeAsync(
            key, endpoint => endpoint with { Status = EndpointStatus.Enabled, DisabledReason = null, UpdatedAt = A.At(at) });

    private Task<List<WebhookDelivery>> ReadDeliveriesAsync(DeliveryQuery query) =>
        ReadAllAsync(cursor => Store.ListDeliveriesAsync(query with { Cursor = cursor }, default));

    private Task<List<WebhookDelivery>> ReadDeliveriesAsync(string messageId, string tenant = A.Tenant) =>
        ReadDeliveriesAsync(new DeliveryQuery { TenantId = tenant, MessageId = messageId, Limit = 250 });

    private Task<List<WebhookMessage>> ReadMessagesAsync(MessageQuery query) =>
        ReadAllAsync(cursor => Store.ListMessagesAsync(query with { Cursor = cursor }, default));

    private Task<List<DeliveryAttempt>> ReadAttemptsAsync(LeasedDelivery lease) =>
        ReadAllAsync(cursor => Store.ListAttemptsAsync(
            new AttemptQuery { TenantId = lease.Message.TenantId, DeliveryId = lease.Id, Cursor = cursor }, default));
}
