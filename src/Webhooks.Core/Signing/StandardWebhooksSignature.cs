using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Webhooks.Signing;

/// <summary>
/// The symmetric signature of the Standard Webhooks specification, section "Signature scheme": HMAC-SHA256 over
/// <c>{id}.{timestamp}.{body}</c>, in base64, after <c>v1,</c>.
/// </summary>
internal static class StandardWebhooksSignature
{
    public const string Version = "v1,";

    /// <summary>The length of a signature with its version: 44 characters of base64 for 32 bytes.</summary>
    public const int Length = 3 + 44;

    private const int MaxTimestampLength = 20;
    private const int StackLimit = 512;

    /// <summary>Writes the signature of one secret with its version.</summary>
    public static void Write(
        WebhookSecret secret, ReadOnlySpan<char> id, long timestamp, ReadOnlySpan<byte> payload, Span<char> destination)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Hash(secret, id, timestamp, payload, hash);
        Version.CopyTo(destination);
        Convert.TryToBase64Chars(hash, destination[Version.Length..], out _);
    }

    private static void Hash(
        WebhookSecret secret, ReadOnlySpan<char> id, long timestamp, ReadOnlySpan<byte> payload, Span<byte> hash)
    {
        var needed = Encoding.UTF8.GetMaxByteCount(id.Length) + MaxTimestampLength + 2;
        Span<byte> prefix = needed <= StackLimit ? stackalloc byte[StackLimit] : new byte[needed];
        var length = Encoding.UTF8.GetBytes(id, prefix);
        prefix[length++] = (byte)'.';
        timestamp.TryFormat(prefix[length..], out var written, default, CultureInfo.InvariantCulture);
        length += written;
        prefix[length++] = (byte)'.';
        secret.KeyedHash.Hash(prefix[..length], payload, hash);
    }
}
