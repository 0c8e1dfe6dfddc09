using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Webhooks.Signing;

namespace Webhooks.Ed25519;

/// <summary>
/// Ed25519 (RFC 8032, section 5.1), for schemes that sign with a private key. <c>AddEd25519</c> registers the scheme <c>v1a</c> with
/// it; others are <see cref="SchemeSigner"/>s with it. Safe for concurrent use.
/// </summary>
public sealed class Ed25519Algorithm : ISignatureAlgorithm
{
    /// <summary>What was worked out from a secret goes when the secret does.</summary>
    private readonly ConditionalWeakTable<WebhookSecret, Ed25519PrivateKey> _keys = [];

    /// <summary>Makes a new private key from 32 random bytes.</summary>
    public WebhookSecret GenerateSecret() => WebhookSecret.Parse(
        WebhookSecret.PrivateKeyPrefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(Ed25519Library.SeedBytes)));

    /// <inheritdoc/>
    /// <exception cref="WebhookValidationException">The secret holds a public key that does not belong to its seed.</exception>
    public SignatureKey? GetKey(WebhookSecret secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        return secret.Kind == WebhookSecretKind.Asymmetric
            ? _keys.GetValue(secret, static secret => new Ed25519PrivateKey(secret))
            : null;
    }
}
