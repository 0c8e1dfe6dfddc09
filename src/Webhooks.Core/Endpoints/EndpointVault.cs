using System.Text.Json;
using Webhooks.Publishing;
using Webhooks.Secrets;
using Webhooks.Storage;

namespace Webhooks.Endpoints;

/// <summary>
/// The one way of secrets into a store and out of it, whichever store it is. With a protector, the store sees no secret; what
/// was written before there was one stays readable, and is encrypted with the next change of its endpoint.
/// </summary>
internal sealed class EndpointVault(IEndpointStore store, IWebhookSecretProtector? protector = null)
{
    public async Task<EndpointWithSecrets?> GetAsync(EndpointKey key, CancellationToken cancellationToken)
    {
        var stored = await store.GetEndpointAsync(key, cancellationToken).ConfigureAwait(false);
        return stored is null ? null : Open(stored);
    }

    public Task<bool> InsertAsync(EndpointWithSecrets endpoint, WebhookMessage? announcement, CancellationToken cancellationToken) =>
        store.InsertEndpointAsync(Close(endpoint) with { Announcement = announcement }, cancellationToken);

    public Task<bool> ReplaceAsync(
        EndpointWithSecrets endpoint, long expectedVersion, WebhookMessage? announcement, CancellationToken cancellationToken) =>
        store.ReplaceEndpointAsync(Close(endpoint) with { Announcement = announcement }, expectedVersion, cancellationToken);

    private StoredEndpoint Close(EndpointWithSecrets endpoint)
    {
        var document = SecretsDocument.From(endpoint).ToJson();
        if (protector is not null)
        {
            document = new SecretsDocument { Protected = protector.Protect(endpoint.Key, document) }.ToJson();
        }

        return new StoredEndpoint(endpoint.Endpoint, document)
        {
            SecretsExpireAt = endpoint.Secrets.Min(static secret => secret.ExpiresAt),
        };
    }

    private EndpointWithSecrets Open(StoredEndpoint stored)
    {
        try
        {
            var document = SecretsDocument.FromJson(stored.Secrets);
            if (document.Protected is { } protectedText)
            {
                document = SecretsDocument.FromJson(Unprotect(stored.Key, protectedText));
            }

            return document.ToEndpoint(stored.Endpoint);
        }
        catch (JsonException exception)
        {
            throw new WebhookStoreException(
                $"The secrets of endpoint '{stored.Endpoint.Id}' of tenant '{stored.Endpoint.TenantId}' are damaged: they are not the "
                    + "document that this library writes. Restore the row from a backup, or delete the endpoint and create it again.",
                exception);
        }
    }

    private string Unprotect(EndpointKey key, string protectedText) => protector is not null
        ? protector.Unprotect(key, protectedText)
        : throw new WebhookSecretProtectionException(
            $"The secrets of endpoint '{key.EndpointId}' of tenant '{key.TenantId}' are encrypted, and there is no "
                + $"{nameof(IWebhookSecretProtector)} to decrypt them. Add the one that encrypted them, such as by ProtectSecrets.");
}
