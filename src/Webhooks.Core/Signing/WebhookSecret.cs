using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Webhooks.Signing;

/// <summary>
/// A symmetric signing secret by the Standard Webhooks specification: <c>whsec_</c> and the base64 form of 24 to 64 bytes.
/// Its text is shown by <see cref="Reveal"/> only, never by <see cref="ToString"/>.
/// </summary>
public sealed class WebhookSecret : IEquatable<WebhookSecret>
{
    /// <summary>What every secret starts with.</summary>
    public const string Prefix = "whsec_";

    /// <summary>The fewest bytes that a key has.</summary>
    public const int MinKeyBytes = 24;

    /// <summary>The most bytes that a key has.</summary>
    public const int MaxKeyBytes = 64;

    private const int GeneratedKeyBytes = 32;

    private readonly byte[] _key;

    private WebhookSecret(byte[] key)
    {
        _key = key;
        KeyedHash = new KeyedHash(key);
    }

    /// <summary>The key, decoded.</summary>
    public ReadOnlySpan<byte> Key => _key;

    /// <summary>HMAC-SHA256 with the key.</summary>
    internal KeyedHash KeyedHash { get; }

    /// <summary>Makes a new secret of 32 random bytes.</summary>
    public static WebhookSecret Generate() => new(RandomNumberGenerator.GetBytes(GeneratedKeyBytes));

    /// <summary>Reads a secret.</summary>
    /// <param name="text"><c>whsec_</c> and base64 of 24 to 64 bytes; the prefix may be missing.</param>
    /// <exception cref="WebhookValidationException">The text is not base64, or of too few or too many bytes. It is not repeated in the message.</exception>
    public static WebhookSecret Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryDecode(text, out var secret, out var error) ? secret : throw new WebhookValidationException([error]);
    }

    /// <summary>Reads a secret.</summary>
    /// <param name="text"><c>whsec_</c> and base64 of 24 to 64 bytes; the prefix may be missing.</param>
    /// <param name="secret">The secret, if the text is one.</param>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out WebhookSecret? secret)
    {
        secret = null;
        return text is not null && TryDecode(text, out secret, out _);
    }

    /// <summary>The secret's text, <c>whsec_</c> and base64, for the one who is to verify with it. Keep it out of logs.</summary>
    public string Reveal() => Prefix + Convert.ToBase64String(_key);

    /// <summary>Whether the keys are the same; in constant time for keys of the same length.</summary>
    /// <param name="other">The other secret.</param>
    public bool Equals(WebhookSecret? other) => other is not null && CryptographicOperations.FixedTimeEquals(_key, other._key);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as WebhookSecret);

    /// <inheritdoc/>
    public override int GetHashCode() => BitConverter.ToInt32(SHA256.HashData(_key), 0);

    /// <summary>The prefix and nothing of the key.</summary>
    public override string ToString() => Prefix + "***";

    private static bool TryDecode(
        string text,
        [NotNullWhen(true)] out WebhookSecret? secret,
        [NotNullWhen(false)] out WebhookValidationError? error)
    {
        secret = null;
        var base64 = text.AsSpan();
        if (base64.StartsWith(Prefix, StringComparison.Ordinal))
        {
            base64 = base64[Prefix.Length..];
        }

        var key = new byte[(base64.Length / 4 * 3) + 3];
        if (base64.ContainsAny(" \t\r\n") || !Convert.TryFromBase64Chars(base64, key, out var length))
        {
            error = new("secret", "base64", value: null, "is 'whsec_' and base64 (RFC 4648, section 4). It is not repeated here.");
            return false;
        }

        if (length is < MinKeyBytes or > MaxKeyBytes)
        {
            error = new(
                "secret",
                "length",
                value: null,
                $"has a key of {MinKeyBytes} to {MaxKeyBytes} bytes; the one given has {length}. It is not repeated here.");
            return false;
        }

        error = null;
        secret = new WebhookSecret(key[..length]);
        return true;
    }
}
