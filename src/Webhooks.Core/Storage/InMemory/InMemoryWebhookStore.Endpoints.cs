using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Publishing;

namespace Webhooks.Storage.InMemory;

internal sealed partial class InMemoryWebhookStore
{
    private const string EndpointList = "endpoints";

    public Task<bool> InsertEndpointAsync(StoredEndpoint endpoint, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var tenant = GetOrAddTenant(endpoint.Endpoint.TenantId);
            var row = new EndpointRow(NextSequence(), endpoint with { Announcement = null });
            if (!tenant.Endpoints.TryAdd(endpoint.Endpoint.Id, row))
            {
                return Task.FromResult(false);
            }

            tenant.EndpointLog.Add(row.Sequence, row);
            tenant.ForgetSubscribers();
            Announce(endpoint.Announcement);
            return Task.FromResult(true);
        }
    }

    public Task<StoredEndpoint?> GetEndpointAsync(EndpointKey key, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(
                TryGetEndpoint(key, out _, out var row) ? row.Stored with { Endpoint = row.ToEndpoint() } : null);
        }
    }

    public Task<Page<WebhookEndpoint>> ListEndpointsAsync(EndpointQuery query, CancellationToken cancellationToken)
    {
        var before = Position(EndpointList, query, ifFirst: long.MaxValue);
        lock (_lock)
        {
            var rows = _tenants.TryGetValue(query.TenantId, out var tenant) ? tenant.EndpointLog.NewestFirst(before) : [];
            return Task.FromResult(PageOf(
                EndpointList,
                query,
                rows.Where(row => query.Status is null || row.Stored.Endpoint.Status == query.Status),
                row => row.ToEndpoint(),
                row => row.Sequence));
        }
    }

    public Task<bool> ReplaceEndpointAsync(StoredEndpoint endpoint, long expectedVersion, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!TryGetEndpoint(endpoint.Key, out var tenant, out var row)
                || row.Stored.Endpoint.Version != expectedVersion)
            {
                return Task.FromResult(false);
            }

            _pauses.Remove(row);
            var wasEnabled = row.IsEnabled;
            row.Stored = endpoint with { Announcement = null };
            if (row.IsEnabled && !wasEnabled)
            {
                row.FailingSince = null;
                if (row is not { IsOrdered: true, PausedBy: not null })
                {
                    row.PausedUntil = endpoint.Endpoint.UpdatedAt;
                    row.PausedBy = null;
                    row.PauseReason = PauseReason.Backlog;
                }
            }

            _pauses.Add(row);
            tenant.ForgetSubscribers();
            Announce(endpoint.Announcement);
            return Task.FromResult(true);
        }
    }

    public Task<IReadOnlyList<EndpointKey>> FindExpiredSecretsAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<EndpointKey>>(
            [
                .. _tenants.Values
                    .SelectMany(static tenant => tenant.Endpoints.Values)
                    .Where(row => row.Stored.SecretsExpireAt <= now)
                    .OrderBy(static row => row.Stored.SecretsExpireAt)
                    .Take(limit)
                    .Select(static row => row.Stored.Key),
            ]);
        }
    }

    public Task<bool> DeleteEndpointAsync(
        EndpointKey key, long? expectedVersion, DateTimeOffset now, WebhookMessage? announcement, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!TryGetEndpoint(key, out var tenant, out var row) || (expectedVersion ?? row.Stored.Endpoint.Version) != row.Stored.Endpoint.Version)
            {
                return Task.FromResult(false);
            }

            Unregister(tenant, row);
            foreach (var delivery in row.Pending.ToArray())
            {
                Cancel(delivery, now, CancelReason.EndpointDeleted);
            }

            RemoveIfEmpty(key.TenantId, tenant);
            Announce(announcement);
            return Task.FromResult(true);
        }
    }

    public Task<int> CancelPendingAsync(EndpointKey key, DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            DeliveryRow[] pending = TryGetEndpoint(key, out _, out var row) ? [.. row.Pending.Take(limit)] : [];
            foreach (var delivery in pending)
            {
                Cancel(delivery, now, CancelReason.Dropped);
            }

            return Task.FromResult(pending.Length);
        }
    }

    private void Unregister(TenantRow tenant, EndpointRow row)
    {
        _pauses.Remove(row);
        tenant.Endpoints.Remove(row.Stored.Key.EndpointId);
        tenant.EndpointLog.Remove(row.Sequence);
        tenant.ForgetSubscribers();
    }
}
