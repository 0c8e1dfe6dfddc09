using System.Text.Json;

namespace Webhooks.Ed25519;

/// <summary>The public keys that an endpoint's receiver verifies with at a moment.</summary>
public sealed class WebhookPublicKeySet
{
    internal WebhookPublicKeySet(IReadOnlyList<Ed25519PublicKey> keys) => Keys = keys;

    /// <summary>
    /// The keys, the newest first: several while a key is being rotated, none where the endpoint has no private key.
    /// <see cref="Ed25519PublicKey.ToString"/> gives their <c>whpk_</c> form.
    /// </summary>
    public IReadOnlyList<Ed25519PublicKey> Keys { get; }

    /// <summary>
    /// Writes them as a JWKS document (RFC 7517, section 5), to be served as <c>application/jwk-set+json</c>. The order is that of
    /// <see cref="Keys"/>.
    /// </summary>
    public string ToJwks() => JsonSerializer.Serialize(new JwkSet([.. Keys.Select(static key => key.CreateJwk())]), JwkJsonContext.Default.JwkSet);
}
