using Webhooks.Endpoints;
using Webhooks.Signing;

namespace Webhooks.Ed25519;

/// <summary>The public keys of what <see cref="IWebhookEndpoints.GetSecretsAsync"/> reads.</summary>
internal sealed class WebhookPublicKeys(IWebhookEndpoints endpoints) : IWebhookPublicKeys
{
    public async Task<WebhookPublicKeySet> GetAsync(string endpointId, string tenantId, CancellationToken cancellationToken)
    {
        var secrets = await endpoints.GetSecretsAsync(endpointId, tenantId, cancellationToken).ConfigureAwait(false);
        var own = FindKeys(secrets, SigningSchemeNames.StandardWebhooksEd25519);
        return new WebhookPublicKeySet(own.Count > 0 ? own : FindKeys(secrets, scheme: null));
    }

    /// <summary>
    /// A scheme that has secrets of its own does not sign with those of all schemes: one of these may have become known, and be
    /// replaced for just this scheme.
    /// </summary>
    private static List<Ed25519PublicKey> FindKeys(IReadOnlyList<EndpointSecret> secrets, string? scheme) =>
    [
        .. secrets
            .Where(secret => secret.Secret.Kind == WebhookSecretKind.Asymmetric
                && string.Equals(secret.Scheme, scheme, StringComparison.OrdinalIgnoreCase))
            .Select(static secret => Ed25519PublicKey.FromSecret(secret.Secret))
            .Distinct(),
    ];
}
