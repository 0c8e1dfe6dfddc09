using System.Security.Cryptography;
using Webhooks.Signing;

namespace Webhooks.Ed25519;

/// <summary>An Ed25519 private key with the public key that belongs to it, worked out once.</summary>
internal sealed class Ed25519PrivateKey : SignatureKey
{
    private readonly byte[] _seed;
    private readonly byte[] _publicKey;

    /// <exception cref="WebhookValidationException">The secret holds a public key that does not belong to its seed.</exception>
    public Ed25519PrivateKey(WebhookSecret secret)
    {
        _seed = secret.Key[..Ed25519Library.SeedBytes].ToArray();
        _publicKey = Ed25519Library.GetPublicKey(_seed);
        var given = secret.Key[Ed25519Library.SeedBytes..];

        // The public key is signed along. With another one than the seed's, two signatures of one text give the private key away.
        if (!given.IsEmpty && !CryptographicOperations.FixedTimeEquals(given, _publicKey))
        {
            throw new WebhookValidationException(
                "secret",
                "publicKey",
                value: null,
                $"is {WebhookSecret.PrivateKeyPrefix} and base64 of a seed of 32 bytes, alone or with the public key that belongs to it; the "
                    + "public key given belongs to another seed. Give the right one, or the seed alone. It is not repeated here.");
        }

        PublicKey = new Ed25519PublicKey(_publicKey);
    }

    public Ed25519PublicKey PublicKey { get; }

    public override int SignatureBytes => Ed25519Library.SignatureBytes;

    public override void Sign(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> body, Span<byte> signature) =>
        Ed25519Library.Sign(_seed, _publicKey, prefix, body, signature);

    public override bool Verify(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> body, ReadOnlySpan<byte> signature) =>
        PublicKey.Verify(prefix, body, signature);
}
