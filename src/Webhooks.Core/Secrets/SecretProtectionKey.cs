using System.Buffers;

namespace Webhooks.Secrets;

/// <summary>A key of <see cref="AesGcmSecretProtector"/>, and the id by which stored text names it.</summary>
public sealed class SecretProtectionKey
{
    /// <summary>How many bytes a key has: 32, for AES-256.</summary>
    public const int Length = 32;

    /// <summary>The most characters of an id.</summary>
    public const int MaxIdLength = 64;

    private static readonly SearchValues<char> IdCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    private readonly byte[] _bytes;

    /// <summary>Makes one.</summary>
    /// <param name="id">
    /// Its id, 1 to 64 of <c>A-Z a-z 0-9 _ -</c>, such as <c>2026-01</c>. It is stored beside what is encrypted and is no secret.
    /// A new key has a new id.
    /// </param>
    /// <param name="bytes">32 random bytes.</param>
    /// <exception cref="WebhookValidationException">The id is not one, or the key is not of 32 bytes.</exception>
    public SecretProtectionKey(string id, ReadOnlySpan<byte> bytes)
    {
        if (string.IsNullOrEmpty(id) || id.Length > MaxIdLength || id.AsSpan().ContainsAnyExcept(IdCharacters))
        {
            throw new WebhookValidationException(
                "id", "characters", id, $"is not the id of a key: 1 to {MaxIdLength} of A-Z, a-z, 0-9, '_' and '-'.");
        }

        if (bytes.Length != Length)
        {
            throw new WebhookValidationException(
                "bytes",
                "length",
                value: null,
                $"of key '{id}' are {bytes.Length}; AES-256 needs {Length}. 'openssl rand -base64 {Length}' makes a key.");
        }

        Id = id;
        _bytes = bytes.ToArray();
    }

    /// <summary>The key's id.</summary>
    public string Id { get; }

    internal ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Reads a key, as it usually comes from a secret store or the environment.</summary>
    /// <param name="id">Its id, 1 to 64 of <c>A-Z a-z 0-9 _ -</c>.</param>
    /// <param name="base64">The base64 form (RFC 4648, section 4) of 32 random bytes.</param>
    /// <exception cref="WebhookValidationException">The id is not one, or the text is not the base64 form of 32 bytes. It is not repeated.</exception>
    public static SecretProtectionKey FromBase64(string id, string base64)
    {
        ArgumentNullException.ThrowIfNull(base64);
        var bytes = new byte[(base64.Length / 4 * 3) + 3];
        return Convert.TryFromBase64String(base64, bytes, out var length)
            ? new SecretProtectionKey(id, bytes.AsSpan(0, length))
            : throw new WebhookValidationException(
                "base64", "base64", value: null, $"of key '{id}' is not base64 (RFC 4648, section 4). It is not repeated here.");
    }

    /// <summary>The id, and nothing of the key.</summary>
    public override string ToString() => $"{nameof(SecretProtectionKey)} {{ {nameof(Id)} = {Id} }}";
}
