namespace Webhooks.Ed25519;

/// <summary>The public keys of endpoints, to be shown to those who receive. None of them is a secret.</summary>
public interface IWebhookPublicKeys
{
    /// <summary>
    /// Reads the public keys that the scheme <c>v1a</c> signs with for an endpoint at this moment. A key that was rotated stays
    /// among them for its grace period, and a key whose grace period was zero is gone at once.
    /// </summary>
    /// <remarks>It reads the endpoint from the store and decrypts its secrets: keep the answer for a minute where many ask.</remarks>
    /// <param name="endpointId">Which one.</param>
    /// <param name="tenantId">Whose endpoint.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="WebhookValidationException">The id or tenant cannot be one.</exception>
    /// <exception cref="WebhookNotFoundException">The tenant has no such endpoint.</exception>
    /// <exception cref="WebhookSecretProtectionException">The secrets cannot be decrypted.</exception>
    Task<WebhookPublicKeySet> GetAsync(
        string endpointId, string tenantId = WebhooksDefaults.TenantId, CancellationToken cancellationToken = default);
}
