using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Storage;
using Xunit;

namespace Webhooks.Testing.Conformance.Model;

internal sealed partial class StoreModelRun
{
    private async Task PauseAsync(ModelEndpoint endpoint, string? owner, DateTimeOffset until)
    {
        Assert.Equal(endpoint.Exists, await store.PauseEndpointAsync(new EndpointPause(endpoint.Key, until, owner), default));

        if (endpoint.Exists)
        {
            (endpoint.PausedUntil, endpoint.PausedBy) = (until, owner);
            WhatIsDueMayBeHeld(endpoint);
        }
    }

    private async Task DisableAsync(ModelEndpoint endpoint)
    {
        if (await ReplaceAsync(endpoint, EndpointStatus.Disabled))
        {
            endpoint.IsEnabled = false;
            WhatIsDueMayBeHeld(endpoint);
        }
    }

    private async Task EnableAsync(ModelEndpoint endpoint)
    {
        if (await ReplaceAsync(endpoint, EndpointStatus.Enabled) && !endpoint.IsEnabled)
        {
            endpoint.IsEnabled = true;
            (endpoint.PausedUntil, endpoint.PausedBy) = (_now, null);
            WhatIsDueMayBeHeld(endpoint);
        }
    }

    private async Task<bool> ReplaceAsync(ModelEndpoint endpoint, EndpointStatus status)
    {
        var stored = A.Endpoint(endpoint.Key.EndpointId, endpoint.Key.TenantId, status: status);
        stored = stored with { Endpoint = stored.Endpoint with { Version = endpoint.Version + 1, UpdatedAt = _now } };

        Assert.Equal(endpoint.Exists, await store.ReplaceEndpointAsync(stored, endpoint.Version, default));

        endpoint.Version += endpoint.Exists ? 1 : 0;
        return endpoint.Exists;
    }

    private async Task DeleteAsync(ModelEndpoint endpoint)
    {
        Assert.Equal(endpoint.Exists, await store.DeleteEndpointAsync(endpoint.Key, expectedVersion: null, _now, announcement: null, default));

        endpoint.Exists = false;
        foreach (var delivery in _model.PendingOf(endpoint).ToList())
        {
            delivery.End(DeliveryStatus.Canceled, CancelReason.EndpointDeleted);
        }
    }

    private async Task InsertAsync(ModelEndpoint endpoint)
    {
        var stored = A.Endpoint(endpoint.Key.EndpointId, endpoint.Key.TenantId);

        Assert.Equal(!endpoint.Exists, await store.InsertEndpointAsync(stored, default));

        if (!endpoint.Exists)
        {
            (endpoint.Exists, endpoint.IsEnabled, endpoint.Version) = (true, true, 1);
            (endpoint.PausedUntil, endpoint.PausedBy) = (null, null);
        }
    }

    private void WhatIsDueMayBeHeld(ModelEndpoint endpoint)
    {
        foreach (var delivery in _model.PendingOf(endpoint).Where(delivery => delivery.Owner is null && delivery.IsDue(_now)))
        {
            delivery.MayBeHeld = true;
        }
    }
}
