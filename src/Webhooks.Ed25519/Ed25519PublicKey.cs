using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Webhooks.Signing;

namespace Webhooks.Ed25519;

/// <summary>
/// An Ed25519 public key (RFC 8032, section 5.1): what a receiver verifies with, in the text form of the Standard Webhooks
/// specification (<c>whpk_</c>) or as a JSON Web Key (RFC 8037). It is no secret. Safe for concurrent use.
/// </summary>
public sealed class Ed25519PublicKey : SignatureKey, IEquatable<Ed25519PublicKey>
{
    /// <summary>What its text starts with.</summary>
    public const string Prefix = "whpk_";

    private readonly byte[] _key;

    internal Ed25519PublicKey(byte[] key)
    {
        _key = key;
        KeyId = GetThumbprint(key);
    }

    /// <summary>Its 32 bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _key;

    /// <summary>
    /// Its name in a JWKS document: the SHA-256 thumbprint of RFC 7638, in base64url. Whoever has the key can work it out.
    /// </summary>
    public string KeyId { get; }

    /// <summary>64.</summary>
    public override int SignatureBytes => Ed25519Library.SignatureBytes;

    /// <summary>Reads a public key.</summary>
    /// <param name="text"><c>whpk_</c> and base64 of 32 bytes, where the prefix may be missing.</param>
    /// <exception cref="WebhookValidationException">
    /// The text is not base64 or not of 32 bytes, or they are no public key: not a point, not in its one encoding, or of small order.
    /// </exception>
    public static Ed25519PublicKey Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out var key)
            ? key
            : throw new WebhookValidationException(
                "publicKey",
                "ed25519",
                text,
                $"is '{Prefix}' and base64 of the {Ed25519Library.PublicKeyBytes} bytes of an Ed25519 public key (RFC 8032, section 5.1.5).");
    }

    /// <summary>Reads a public key.</summary>
    /// <param name="text">As for <see cref="Parse"/>.</param>
    /// <param name="key">The key, if the text is one.</param>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Ed25519PublicKey? key)
    {
        key = null;
        var base64 = text.AsSpan();
        if (base64.StartsWith(Prefix, StringComparison.Ordinal))
        {
            base64 = base64[Prefix.Length..];
        }

        var bytes = new byte[Ed25519Library.PublicKeyBytes];
        if (base64.ContainsAny(" \t\r\n")
            || !Convert.TryFromBase64Chars(base64, bytes, out var length)
            || length != bytes.Length
            || !Ed25519Library.IsPublicKey(bytes))
        {
            return false;
        }

        key = new Ed25519PublicKey(bytes);
        return true;
    }

    /// <summary>Works out the public key that belongs to a private one.</summary>
    /// <param name="secret">A secret of the form <c>whsk_</c>.</param>
    /// <exception cref="ArgumentException">The secret is of another kind.</exception>
    /// <exception cref="WebhookValidationException">The secret holds a public key that does not belong to its seed.</exception>
    public static Ed25519PublicKey FromSecret(WebhookSecret secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        return secret.Kind == WebhookSecretKind.Asymmetric
            ? new Ed25519PrivateKey(secret).PublicKey
            : throw new ArgumentException($"A {secret.Kind} secret has no public key; {WebhookSecret.PrivateKeyPrefix} secrets have.", nameof(secret));
    }

    /// <summary>Not what a public key is for.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override void Sign(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> body, Span<byte> signature) =>
        throw new NotSupportedException("A public key only verifies; the private key signs.");

    /// <inheritdoc/>
    public override bool Verify(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> body, ReadOnlySpan<byte> signature) =>
        signature.Length == SignatureBytes && Ed25519Library.Verify(_key, prefix, body, signature);

    /// <summary>Writes it as a JSON Web Key: RFC 8037, section 2, with <c>kid</c>, <c>use</c> and <c>alg</c>.</summary>
    public string ToJwk() => JsonSerializer.Serialize(CreateJwk(), JwkJsonContext.Default.Jwk);

    /// <summary>Whether the keys are the same.</summary>
    /// <param name="other">The other key.</param>
    public bool Equals(Ed25519PublicKey? other) => other is not null && _key.AsSpan().SequenceEqual(other._key);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Ed25519PublicKey);

    /// <inheritdoc/>
    public override int GetHashCode() => BitConverter.ToInt32(_key, 0);

    /// <summary>The key as text: <c>whpk_</c> and base64.</summary>
    public override string ToString() => Prefix + Convert.ToBase64String(_key);

    internal Jwk CreateJwk() => new(Jwk.OctetKeyPair, Jwk.Ed25519, Base64Url.EncodeToString(_key), KeyId, Jwk.Signature, Jwk.EdDsa);

    /// <summary>RFC 7638, section 3, with the members that RFC 8037, section 2, requires: in the order of their names, without spaces.</summary>
    private static string GetThumbprint(byte[] key)
    {
        var members = $$"""{"crv":"{{Jwk.Ed25519}}","kty":"{{Jwk.OctetKeyPair}}","x":"{{Base64Url.EncodeToString(key)}}"}""";
        return Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(members)));
    }
}
