using Webhooks.Diagnostics;
using Webhooks.Dispatching;
using Webhooks.Operations;
using Webhooks.Storage;

namespace Webhooks.Endpoints;

/// <summary>
/// Changes endpoints in the store: read, change, write if nobody else did meanwhile, and tell the cache. Secrets that have
/// expired go with every change.
/// </summary>
internal sealed class EndpointEditor(
    EndpointVault vault, EndpointCache cache, Announcer announcer, WakeUp wakeUp, TimeProvider timeProvider)
{
    /// <summary>Applies a change to the current state of an endpoint, again if another change comes between.</summary>
    /// <param name="key">Which endpoint.</param>
    /// <param name="change">Makes the new state at a time; returns the same object for no change.</param>
    /// <param name="announce">Says what operators are told of the new state; null for nothing.</param>
    /// <param name="expectedVersion">The version that the change is based on; null for any.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<EndpointWithSecrets> ChangeAsync(
        EndpointKey key,
        Func<EndpointWithSecrets, DateTimeOffset, EndpointWithSecrets> change,
        Func<WebhookEndpoint, OperationalEventData>? announce,
        long? expectedVersion,
        CancellationToken cancellationToken)
    {
        while (true)
        {
            var current = await vault.GetAsync(key, cancellationToken).ConfigureAwait(false)
                ?? throw new WebhookNotFoundException("endpoint", key.EndpointId, key.TenantId);
            CheckVersion(current.Endpoint, expectedVersion);
            var now = timeProvider.GetNow();
            var changed = change(current, now);
            if (ReferenceEquals(changed, current))
            {
                return current;
            }

            changed = changed with
            {
                Secrets = [.. changed.Secrets.Where(secret => secret.IsLive(now))],
                Endpoint = changed.Endpoint with { Version = current.Endpoint.Version + 1, UpdatedAt = now },
            };
            var announcement = announce is null ? null : announcer.Announce(key, () => announce(changed.Endpoint), now);
            var isReplaced = await vault
                .ReplaceAsync(changed, current.Endpoint.Version, announcement, cancellationToken).ConfigureAwait(false);
            cache.Forget(key);
            if (isReplaced)
            {
                if (announcement is not null)
                {
                    wakeUp.Call();
                }

                return changed;
            }
        }
    }

    /// <exception cref="WebhookVersionConflictException">The endpoint has another version than the expected.</exception>
    public static void CheckVersion(WebhookEndpoint current, long? expectedVersion)
    {
        if (expectedVersion is { } expected && current.Version != expected)
        {
            throw new WebhookVersionConflictException(current.Id, current.Version, expected);
        }
    }

    /// <summary>Writes an endpoint as it is: its secrets encrypted with the current key, and without those that have expired.</summary>
    public Task RewriteAsync(EndpointKey key, CancellationToken cancellationToken) =>
        ChangeAsync(key, static (current, _) => current with { }, announce: null, expectedVersion: null, cancellationToken);

    /// <summary>Disables an endpoint; nothing happens when it is disabled already.</summary>
    /// <returns>The endpoint, and whether this call is what disabled it.</returns>
    public Task<(EndpointWithSecrets Endpoint, bool IsChanged)> DisableAsync(
        EndpointKey key, DisableCause cause, string? reason, long? expectedVersion, CancellationToken cancellationToken) =>
        DisableAsync(key, cause, static _ => true, _ => reason, expectedVersion, cancellationToken);

    /// <summary>Disables an endpoint if there is a reason; nothing happens when there is none, or when it is disabled already.</summary>
    /// <param name="key">Which endpoint.</param>
    /// <param name="cause">Who or what disables it.</param>
    /// <param name="findReason">Finds the reason, or null for none, by what the store says.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The endpoint, and whether this call is what disabled it.</returns>
    public Task<(EndpointWithSecrets Endpoint, bool IsChanged)> DisableAsync(
        EndpointKey key, DisableCause cause, Func<WebhookEndpoint, string?> findReason, CancellationToken cancellationToken) =>
        DisableAsync(key, cause, endpoint => findReason(endpoint) is not null, findReason, expectedVersion: null, cancellationToken);

    private async Task<(EndpointWithSecrets Endpoint, bool IsChanged)> DisableAsync(
        EndpointKey key,
        DisableCause cause,
        Predicate<WebhookEndpoint> condition,
        Func<WebhookEndpoint, string?> findReason,
        long? expectedVersion,
        CancellationToken cancellationToken)
    {
        var isChanged = false;
        var endpoint = await ChangeAsync(
            key,
            (current, _) =>
            {
                isChanged = current.Endpoint.Status != EndpointStatus.Disabled && condition(current.Endpoint);
                return isChanged
                    ? current with
                    {
                        Endpoint = current.Endpoint with { Status = EndpointStatus.Disabled, DisabledReason = findReason(current.Endpoint) },
                    }
                    : current;
            },
            disabled => new EndpointDisabled(disabled)
            {
                Cause = cause,
                Reason = disabled.DisabledReason,
                FailingSince = disabled.FailingSince,
            },
            expectedVersion,
            cancellationToken).ConfigureAwait(false);
        return (endpoint, isChanged);
    }
}
