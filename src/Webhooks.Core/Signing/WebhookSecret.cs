using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Webhooks.Signing;

/// <summary>
/// A secret that attempts are signed with: a symmetric one (<c>whsec_</c>) or a private key (<c>whsk_</c>) of the Standard Webhooks
/// specification, section "Signature scheme", or the text of another system. It is shown by <see cref="Reveal"/> only, never by
/// <see cref="ToString"/>.
/// </summary>
public sealed class WebhookSecret : IEquatable<WebhookSecret>
{
    /// <summary>What symmetric secrets start with.</summary>
    public const string Prefix = "whsec_";

    /// <summary>What private keys start with.</summary>
    public const string PrivateKeyPrefix = "whsk_";

    /// <summary>The fewest bytes that a symmetric key has.</summary>
    public const int MinKeyBytes = 24;

    /// <summary>The most bytes that a symmetric key has.</summary>
    public const int MaxKeyBytes = 64;

    /// <summary>The fewest characters of a secret of another system.</summary>
    public const int MinTextLength = 8;

    /// <summary>The most characters of a secret of another system.</summary>
    public const int MaxTextLength = 512;

    private const int GeneratedKeyBytes = 32;
    private const int Ed25519SeedBytes = 32;
    private const int Ed25519KeyBytes = 64;

    private readonly byte[] _key;

    /// <summary>What HMACs with the key have set up, by hash and form.</summary>
    private readonly HmacKey?[] _hmacKeys = new HmacKey?[4];

    private WebhookSecret(WebhookSecretKind kind, byte[] key)
    {
        Kind = kind;
        _key = key;
    }

    /// <summary>What its text is.</summary>
    public WebhookSecretKind Kind { get; }

    /// <summary>The key: decoded, or for a secret of another system the UTF-8 bytes of its text.</summary>
    public ReadOnlySpan<byte> Key => _key;

    /// <summary>Makes a new symmetric secret of 32 random bytes.</summary>
    public static WebhookSecret Generate() => new(WebhookSecretKind.Symmetric, RandomNumberGenerator.GetBytes(GeneratedKeyBytes));

    /// <summary>Reads a secret of Standard Webhooks.</summary>
    /// <param name="text">
    /// <c>whsec_</c> and base64 of 24 to 64 bytes, where the prefix may be missing; or <c>whsk_</c> and base64 of 32 bytes (an
    /// Ed25519 seed: RFC 8032, section 5.1.5) or 64 (the seed and the public key).
    /// </param>
    /// <exception cref="WebhookValidationException">The text is not base64, or of too few or too many bytes. It is not repeated in the message.</exception>
    public static WebhookSecret Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryDecode(text, out var secret, out var error) ? secret : throw new WebhookValidationException([error]);
    }

    /// <summary>Reads a secret of Standard Webhooks.</summary>
    /// <param name="text">As for <see cref="Parse"/>.</param>
    /// <param name="secret">The secret, if the text is one.</param>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out WebhookSecret? secret)
    {
        secret = null;
        return text is not null && TryDecode(text, out secret, out _);
    }

    /// <summary>
    /// Takes a secret over from another system as it is, for schemes whose key is the text. A text that starts with
    /// <c>whsec_</c> or <c>whsk_</c> and is what <see cref="Parse"/> reads is that secret.
    /// </summary>
    /// <param name="text">8 to 512 visible ASCII characters and spaces.</param>
    /// <exception cref="WebhookValidationException">The text is too short or too long, or holds other characters. It is not repeated in the message.</exception>
    public static WebhookSecret FromText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length is < MinTextLength or > MaxTextLength || text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            throw new WebhookValidationException(
                "secret",
                "text",
                value: null,
                $"is {MinTextLength} to {MaxTextLength} visible ASCII characters and spaces; the one given has {text.Length}. "
                    + "It is not repeated here.");
        }

        var isPrefixed = text.StartsWith(Prefix, StringComparison.Ordinal) || text.StartsWith(PrivateKeyPrefix, StringComparison.Ordinal);
        return isPrefixed && TryParse(text, out var secret) && string.Equals(secret.Reveal(), text, StringComparison.Ordinal)
            ? secret
            : new WebhookSecret(WebhookSecretKind.Text, Encoding.UTF8.GetBytes(text));
    }

    /// <summary>The secret's text, for the one who is to verify or sign with it. Keep it out of logs.</summary>
    public string Reveal() => Kind switch
    {
        WebhookSecretKind.Symmetric => Prefix + Convert.ToBase64String(_key),
        WebhookSecretKind.Asymmetric => PrivateKeyPrefix + Convert.ToBase64String(_key),
        _ => Encoding.UTF8.GetString(_key),
    };

    /// <summary>Whether the secrets are the same; in constant time for keys of the same length.</summary>
    /// <param name="other">The other secret.</param>
    public bool Equals(WebhookSecret? other) =>
        other is not null && Kind == other.Kind && CryptographicOperations.FixedTimeEquals(_key, other._key);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as WebhookSecret);

    /// <inheritdoc/>
    public override int GetHashCode() => BitConverter.ToInt32(SHA256.HashData(_key), 0);

    /// <summary>The prefix and nothing of the key.</summary>
    public override string ToString() => Kind switch
    {
        WebhookSecretKind.Symmetric => Prefix + "***",
        WebhookSecretKind.Asymmetric => PrivateKeyPrefix + "***",
        _ => "***",
    };

    /// <summary>HMAC with the key in a form; null where the secret does not have it.</summary>
    internal HmacKey? GetHmacKey(SignatureHash hash, SignatureKeyForm form)
    {
        if (Kind == WebhookSecretKind.Asymmetric || (Kind == WebhookSecretKind.Text && form == SignatureKeyForm.Decoded))
        {
            return null;
        }

        ref var key = ref _hmacKeys[((int)hash * 2) + (int)form];
        return Volatile.Read(ref key) ?? Interlocked.CompareExchange(
            ref key, new HmacKey(form == SignatureKeyForm.Decoded ? _key : Encoding.UTF8.GetBytes(Reveal()), hash), null) ?? key;
    }

    private static bool TryDecode(
        string text,
        [NotNullWhen(true)] out WebhookSecret? secret,
        [NotNullWhen(false)] out WebhookValidationError? error)
    {
        secret = null;
        var kind = text.StartsWith(PrivateKeyPrefix, StringComparison.Ordinal)
            ? WebhookSecretKind.Asymmetric
            : WebhookSecretKind.Symmetric;
        var prefix = kind == WebhookSecretKind.Asymmetric ? PrivateKeyPrefix : Prefix;
        var base64 = text.AsSpan();
        if (base64.StartsWith(prefix, StringComparison.Ordinal))
        {
            base64 = base64[prefix.Length..];
        }

        var key = new byte[(base64.Length / 4 * 3) + 3];
        if (base64.ContainsAny(" \t\r\n") || !Convert.TryFromBase64Chars(base64, key, out var length))
        {
            error = new("secret", "base64", value: null, $"is '{prefix}' and base64 (RFC 4648, section 4). It is not repeated here.");
            return false;
        }

        error = CheckLength(kind, length);
        secret = error is null ? new WebhookSecret(kind, key[..length]) : null;
        return error is null;
    }

    private static WebhookValidationError? CheckLength(WebhookSecretKind kind, int length)
    {
        var (isRight, rule) = kind == WebhookSecretKind.Asymmetric
            ? (length is Ed25519SeedBytes or Ed25519KeyBytes, $"{Ed25519SeedBytes} or {Ed25519KeyBytes} bytes")
            : (length is >= MinKeyBytes and <= MaxKeyBytes, $"{MinKeyBytes} to {MaxKeyBytes} bytes");
        return isRight
            ? null
            : new("secret", "length", value: null, $"has a key of {rule}; the one given has {length}. It is not repeated here.");
    }
}
