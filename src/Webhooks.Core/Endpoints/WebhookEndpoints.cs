using Webhooks.Diagnostics;
using Webhooks.Dispatching;
using Webhooks.Operations;
using Webhooks.Publishing;
using Webhooks.Signing;
using Webhooks.Storage;
using Webhooks.Validation;

namespace Webhooks.Endpoints;

/// <summary>The endpoints in the store, behind the rules.</summary>
internal sealed class WebhookEndpoints(
    IEndpointStore store,
    EndpointVault vault,
    EndpointValidator validator,
    CredentialsValidator credentialsValidator,
    EndpointSecrets secrets,
    EndpointEditor editor,
    EndpointCache cache,
    Announcer announcer,
    IWebhookDispatcher dispatcher,
    WebhookIdGenerator ids,
    TimeProvider timeProvider) : IWebhookEndpoints
{
    private const int MaxReasonLength = 255;
    private const int DropPortion = 5_000;

    public async Task<CreatedEndpoint> CreateAsync(
        EndpointSettings settings, CreateEndpointOptions? options, CancellationToken cancellationToken)
    {
        options ??= new CreateEndpointOptions();
        Check(options);
        var checkedSettings = await validator.CheckAsync(options.TenantId, settings, cancellationToken).ConfigureAwait(false);
        var credentials = await credentialsValidator
            .CheckAsync(options.TenantId, options.Credentials, cancellationToken).ConfigureAwait(false);

        var now = timeProvider.GetNow();
        var endpoint = new WebhookEndpoint
        {
            Id = options.EndpointId ?? ids.Create(WebhookIdGenerator.EndpointPrefix, now),
            TenantId = options.TenantId,
            Settings = checkedSettings,
            Version = now.ToUnixTimeMilliseconds(),
            CreatedAt = now,
            UpdatedAt = now,
        };
        var stored = new EndpointWithSecrets(endpoint, secrets.Create(checkedSettings, options.Secret, now), credentials);
        var announcement = announcer.Announce(stored.Key, () => new EndpointCreated(endpoint), now);
        if (!await vault.InsertAsync(stored, announcement, cancellationToken).ConfigureAwait(false))
        {
            throw new WebhookConflictException(
                $"Tenant '{endpoint.TenantId}' already has an endpoint '{endpoint.Id}'. Choose another id, or update that one.");
        }

        cache.Forget(stored.Key);
        WakeFor(announcement);
        return new CreatedEndpoint(endpoint, stored.Secrets[0].Secret);
    }

    public async Task<WebhookEndpoint?> GetAsync(string endpointId, string tenantId, CancellationToken cancellationToken)
    {
        var stored = await store.GetEndpointAsync(Key(tenantId, endpointId), cancellationToken).ConfigureAwait(false);
        return stored?.Endpoint;
    }

    public Task<Page<WebhookEndpoint>> ListAsync(EndpointQuery query, CancellationToken cancellationToken)
    {
        PageRules.Check(query);
        return store.ListEndpointsAsync(query, cancellationToken);
    }

    public async Task<WebhookEndpoint> UpdateAsync(
        string endpointId,
        EndpointSettings settings,
        string tenantId,
        long? expectedVersion,
        CancellationToken cancellationToken)
    {
        var key = Key(tenantId, endpointId);
        var checkedSettings = await validator.CheckAsync(tenantId, settings, cancellationToken).ConfigureAwait(false);
        var changed = await editor.ChangeAsync(
            key,
            (current, _) =>
            {
                secrets.Check(checkedSettings, current.Secrets);
                return current with { Endpoint = current.Endpoint with { Settings = checkedSettings } };
            },
            static updated => new EndpointUpdated(updated) { Change = EndpointChange.Settings },
            expectedVersion,
            cancellationToken).ConfigureAwait(false);

        // What waits for the time of its rate limit must not wait for one that it no longer has.
        dispatcher.EndpointChanged(key);
        return changed.Endpoint;
    }

    public async Task<WebhookEndpoint> EnableAsync(
        string endpointId,
        string tenantId,
        PendingDeliveries pending,
        long? expectedVersion,
        CancellationToken cancellationToken)
    {
        var key = Key(tenantId, endpointId);
        if (pending == PendingDeliveries.Drop)
        {
            await DropPendingAsync(key, expectedVersion, cancellationToken).ConfigureAwait(false);
        }

        var changed = await editor.ChangeAsync(
            key,
            (current, _) => current.Endpoint.Status == EndpointStatus.Enabled
                ? current
                : current with
                {
                    Endpoint = current.Endpoint with { Status = EndpointStatus.Enabled, DisabledReason = null },
                },
            static enabled => new EndpointEnabled(enabled),
            expectedVersion,
            cancellationToken).ConfigureAwait(false);
        dispatcher.Wake();
        return changed.Endpoint;
    }

    public async Task<WebhookEndpoint> DisableAsync(
        string endpointId, string? reason, string tenantId, long? expectedVersion, CancellationToken cancellationToken)
    {
        var errors = new ValidationErrors();
        errors.CheckLength("reason", reason, 0, MaxReasonLength);
        errors.ThrowIfAny();
        var (disabled, _) = await editor
            .DisableAsync(Key(tenantId, endpointId), DisableCause.Person, reason, expectedVersion, cancellationToken).ConfigureAwait(false);
        return disabled.Endpoint;
    }

    public async Task DeleteAsync(string endpointId, string tenantId, long? expectedVersion, CancellationToken cancellationToken)
    {
        var key = Key(tenantId, endpointId);
        var now = timeProvider.GetNow();
        var announcement = announcer.Announce(key, () => new EndpointDeleted(key), now);
        var isDeleted = await store.DeleteEndpointAsync(key, expectedVersion, now, announcement, cancellationToken).ConfigureAwait(false);
        cache.Forget(key);
        WakeFor(announcement);
        if (!isDeleted)
        {
            var stored = await store.GetEndpointAsync(key, cancellationToken).ConfigureAwait(false);
            throw stored is not null && expectedVersion is { } expected
                ? new WebhookVersionConflictException(endpointId, stored.Endpoint.Version, expected)
                : new WebhookNotFoundException("endpoint", endpointId, tenantId);
        }
    }

    public async Task<WebhookSecret> RotateSecretAsync(
        string endpointId, RotateSecretOptions? options, CancellationToken cancellationToken)
    {
        options ??= new RotateSecretOptions();
        secrets.Check(options);
        WebhookSecret? secret = null;
        await editor.ChangeAsync(
            Key(options.TenantId, endpointId),
            (current, now) =>
            {
                if (EndpointSecrets.FindGiven(current, options, now) is { } given)
                {
                    secret = given.Secret;
                    return current;
                }

                // Only now: a rotation that is repeated has changed the version itself.
                EndpointEditor.CheckVersion(current.Endpoint, options.ExpectedVersion);
                var rotated = secrets.Rotate(current, options, now);
                secret = rotated[0].Secret;
                return current with { Secrets = rotated };
            },
            static updated => new EndpointUpdated(updated) { Change = EndpointChange.Secret },
            expectedVersion: null,
            cancellationToken).ConfigureAwait(false);
        return secret!;
    }

    public async Task<IReadOnlyList<EndpointSecret>> GetSecretsAsync(
        string endpointId, string tenantId, CancellationToken cancellationToken)
    {
        var stored = await FindAsync(endpointId, tenantId, cancellationToken).ConfigureAwait(false);
        var now = timeProvider.GetNow();
        return [.. stored.Secrets.Where(secret => secret.IsLive(now))];
    }

    public async Task<WebhookEndpoint> SetCredentialsAsync(
        string endpointId,
        EndpointCredentials? credentials,
        string tenantId,
        long? expectedVersion,
        CancellationToken cancellationToken)
    {
        var key = Key(tenantId, endpointId);
        var checkedCredentials = await credentialsValidator
            .CheckAsync(tenantId, credentials, cancellationToken).ConfigureAwait(false);
        var changed = await editor.ChangeAsync(
            key,
            (current, _) => current with { Credentials = checkedCredentials },
            static updated => new EndpointUpdated(updated) { Change = EndpointChange.Credentials },
            expectedVersion,
            cancellationToken).ConfigureAwait(false);
        return changed.Endpoint;
    }

    public async Task<CredentialKinds> GetCredentialKindsAsync(
        string endpointId, string tenantId, CancellationToken cancellationToken)
    {
        var stored = await FindAsync(endpointId, tenantId, cancellationToken).ConfigureAwait(false);
        return stored.Credentials?.Kinds ?? CredentialKinds.None;
    }

    public async Task<int> ReprotectSecretsAsync(string tenantId, CancellationToken cancellationToken)
    {
        var written = 0;
        var query = new EndpointQuery { TenantId = tenantId, Limit = PageQuery.MaxLimit };
        do
        {
            var page = await ListAsync(query, cancellationToken).ConfigureAwait(false);
            foreach (var endpoint in page.Items)
            {
                try
                {
                    await editor.RewriteAsync(Key(tenantId, endpoint.Id), cancellationToken).ConfigureAwait(false);
                    written++;
                }
                catch (WebhookNotFoundException)
                {
                    // Deleted since it was listed.
                }
            }

            query = query with { Cursor = page.NextCursor };
        }
        while (query.Cursor is not null);
        return written;
    }

    private async Task<EndpointWithSecrets> FindAsync(string endpointId, string tenantId, CancellationToken cancellationToken) =>
        await vault.GetAsync(Key(tenantId, endpointId), cancellationToken).ConfigureAwait(false)
            ?? throw new WebhookNotFoundException("endpoint", endpointId, tenantId);

    /// <summary>A disabled endpoint gets nothing new, so that this comes to an end.</summary>
    private async Task DropPendingAsync(EndpointKey key, long? expectedVersion, CancellationToken cancellationToken)
    {
        var stored = await store.GetEndpointAsync(key, cancellationToken).ConfigureAwait(false);
        if (stored?.Endpoint.Status != EndpointStatus.Disabled || (expectedVersion ?? stored.Endpoint.Version) != stored.Endpoint.Version)
        {
            return;
        }

        while (await store.CancelPendingAsync(key, timeProvider.GetNow(), DropPortion, cancellationToken).ConfigureAwait(false) > 0)
        {
        }
    }

    private void WakeFor(WebhookMessage? announcement)
    {
        if (announcement is not null)
        {
            dispatcher.Wake();
        }
    }

    private static EndpointKey Key(string tenantId, string endpointId)
    {
        FieldRules.CheckKey(tenantId, "endpointId", endpointId);
        return new EndpointKey(tenantId, endpointId);
    }

    private static void Check(CreateEndpointOptions options)
    {
        var errors = new ValidationErrors();
        errors.CheckName("tenantId", options.TenantId);
        if (options.EndpointId is not null)
        {
            errors.CheckId("endpointId", options.EndpointId);
        }

        errors.ThrowIfAny();
    }
}
