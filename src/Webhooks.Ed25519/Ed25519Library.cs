using System.Buffers;
using Library = Org.BouncyCastle.Math.EC.Rfc8032.Ed25519;

namespace Webhooks.Ed25519;

/// <summary>
/// Ed25519 (RFC 8032, section 5.1) as the rest of the package needs it: the one place that knows whose implementation it is.
/// </summary>
internal static class Ed25519Library
{
    public const int SeedBytes = 32;
    public const int PublicKeyBytes = 32;
    public const int SignatureBytes = 64;

    /// <summary>Works the public key of a seed out.</summary>
    public static byte[] GetPublicKey(byte[] seed)
    {
        var publicKey = new byte[PublicKeyBytes];
        Library.GeneratePublicKey(seed, 0, publicKey, 0);
        return publicKey;
    }

    /// <summary>
    /// Whether bytes are the one encoding of a point of the group that keys are made in: of large prime order. With a point outside
    /// of it, signatures can be made up that fit many messages.
    /// </summary>
    public static bool IsPublicKey(byte[] publicKey) => Library.ValidatePublicKeyFull(publicKey, 0);

    public static void Sign(
        byte[] seed, byte[] publicKey, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> body, Span<byte> signature)
    {
        var made = new byte[SignatureBytes];
        var message = Concatenate(prefix, body, out var length);
        Library.Sign(seed, 0, publicKey, 0, message, 0, length, made, 0);
        ArrayPool<byte>.Shared.Return(message);
        made.CopyTo(signature);
    }

    public static bool Verify(
        byte[] publicKey, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> body, ReadOnlySpan<byte> signature)
    {
        var message = Concatenate(prefix, body, out var length);
        var isValid = Library.Verify(signature.ToArray(), 0, publicKey, 0, message, 0, length);
        ArrayPool<byte>.Shared.Return(message);
        return isValid;
    }

    /// <summary>Puts what is signed into one array, which is to be given back.</summary>
    private static byte[] Concatenate(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> body, out int length)
    {
        length = prefix.Length + body.Length;
        var message = ArrayPool<byte>.Shared.Rent(length);
        prefix.CopyTo(message);
        body.CopyTo(message.AsSpan(prefix.Length));
        return message;
    }
}
