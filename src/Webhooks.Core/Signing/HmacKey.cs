using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Webhooks.Signing;

/// <summary>
/// HMAC (RFC 2104) with one key, again and again. Setting a key up costs several times the hashing of a small payload, so what
/// was set up is used again: as many of them as there were concurrent calls at most.
/// </summary>
internal sealed class HmacKey(byte[] key, SignatureHash hash) : SignatureKey
{
    private readonly ConcurrentQueue<IncrementalHash> _unused = new();

    public override int SignatureBytes { get; } =
        hash == SignatureHash.Sha512 ? HMACSHA512.HashSizeInBytes : HMACSHA256.HashSizeInBytes;

    public override void Sign(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> body, Span<byte> signature)
    {
        if (!_unused.TryDequeue(out var hmac))
        {
            hmac = IncrementalHash.CreateHMAC(
                hash == SignatureHash.Sha512 ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256, key);
        }

        hmac.AppendData(prefix);
        hmac.AppendData(body);
        hmac.GetHashAndReset(signature);
        _unused.Enqueue(hmac);
    }

    public override bool Verify(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> body, ReadOnlySpan<byte> signature)
    {
        Span<byte> expected = stackalloc byte[SignatureBytes];
        Sign(prefix, body, expected);
        return CryptographicOperations.FixedTimeEquals(expected, signature);
    }
}
