using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Webhooks.Signing;

/// <summary>
/// HMAC-SHA256 (RFC 2104) with one key, again and again. Setting a key up costs several times the hashing of a small
/// payload, so what was set up is used again: as many of them as there were concurrent calls at most.
/// </summary>
internal sealed class KeyedHash(byte[] key)
{
    private readonly ConcurrentQueue<IncrementalHash> _unused = new();

    /// <summary>Hashes two spans, one behind the other.</summary>
    public void Hash(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> content, Span<byte> destination)
    {
        if (!_unused.TryDequeue(out var hash))
        {
            hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        }

        hash.AppendData(prefix);
        hash.AppendData(content);
        hash.GetHashAndReset(destination);
        _unused.Enqueue(hash);
    }
}
