using Webhooks.Diagnostics;
using Webhooks.Signing;
using Webhooks.Storage;

namespace Webhooks.Endpoints;

/// <summary>
/// The endpoints that this process attempts deliveries to, so that an attempt costs no query. A change made in this process
/// is seen by every attempt that starts after it; one made in another is seen with the first delivery that carries its version.
/// </summary>
internal sealed class EndpointCache(EndpointVault vault, WebhookSigners signers, TimeProvider timeProvider)
{
    private const int MaxEntries = 10_000;

    /// <summary>How long an endpoint is used without a look at the store: a notification can be lost.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<EndpointKey, CachedEndpoint> _endpoints = [];
    private long _changes;

    /// <summary>Finds an endpoint of at least a version.</summary>
    /// <returns>The endpoint, or null when it has been deleted.</returns>
    public ValueTask<CachedEndpoint?> GetAsync(
        EndpointKey key, long version, DateTimeOffset now, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_endpoints.TryGetValue(key, out var cached) && cached.Endpoint.Version >= version && now - cached.LoadedAt < MaxAge)
            {
                return ValueTask.FromResult<CachedEndpoint?>(cached);
            }
        }

        return LoadAsync(key, cancellationToken);
    }

    /// <summary>Forgets an endpoint, after it was changed in the store.</summary>
    public void Forget(EndpointKey key)
    {
        lock (_lock)
        {
            _changes++;
            if (_endpoints.Remove(key, out var endpoint))
            {
                endpoint.Health.Outdate();
            }
        }
    }

    /// <summary>Forgets all endpoints, where it is not known which were changed.</summary>
    public void ForgetAll()
    {
        lock (_lock)
        {
            _changes++;
            Clear();
        }
    }

    /// <summary>Forgets a tenant's endpoints, with their secrets and tokens.</summary>
    public void ForgetAll(string tenantId)
    {
        lock (_lock)
        {
            _changes++;
            foreach (var (key, endpoint) in _endpoints)
            {
                if (string.Equals(key.TenantId, tenantId, StringComparison.Ordinal))
                {
                    endpoint.Health.Outdate();
                    _endpoints.Remove(key);
                }
            }
        }
    }

    private async ValueTask<CachedEndpoint?> LoadAsync(EndpointKey key, CancellationToken cancellationToken)
    {
        while (true)
        {
            var changes = Volatile.Read(ref _changes);
            var endpoint = await vault.GetAsync(key, cancellationToken).ConfigureAwait(false);
            lock (_lock)
            {
                // What was read before a change must neither be kept nor used after it.
                if (changes != _changes)
                {
                    continue;
                }

                return endpoint is null ? null : Keep(new CachedEndpoint(endpoint, signers, timeProvider.GetNow()));
            }
        }
    }

    private CachedEndpoint Keep(CachedEndpoint endpoint)
    {
        if (_endpoints.Count >= MaxEntries)
        {
            Clear();
        }

        if (_endpoints.TryGetValue(endpoint.Key, out var older))
        {
            older.Health.Outdate();
        }

        return _endpoints[endpoint.Key] = endpoint;
    }

    private void Clear()
    {
        foreach (var endpoint in _endpoints.Values)
        {
            endpoint.Health.Outdate();
        }

        _endpoints.Clear();
    }
}
