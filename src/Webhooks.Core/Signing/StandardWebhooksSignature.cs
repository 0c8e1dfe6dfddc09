using System.Buffers;
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
        Span<byte> prefix = stackalloc byte[512];
        var needed = Encoding.UTF8.GetMaxByteCount(id.Length) + MaxTimestampLength + 2;
        var rented = needed + payload.Length <= prefix.Length ? null : ArrayPool<byte>.Shared.Rent(needed + payload.Length);
        var content = rented ?? prefix;
        try
        {
            var length = Encoding.UTF8.GetBytes(id, content);
            content[length++] = (byte)'.';
            timestamp.TryFormat(content[length..], out var written, default, CultureInfo.InvariantCulture);
            length += written;
            content[length++] = (byte)'.';
            payload.CopyTo(content[length..]);
            HMACSHA256.HashData(secret.Key, content[..(length + payload.Length)], hash);
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }
}
