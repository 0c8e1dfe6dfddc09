using System.Buffers.Binary;

namespace Webhooks.PostgreSql.Messages;

/// <summary>
/// The key of a delivery: the first half of its message's key, its place among the message's deliveries, and 39 random bits
/// that the deliveries of a message share. So deliveries sort like their messages, and those of a message are a range of keys.
/// </summary>
internal static class DeliveryKey
{
    public const string Prefix = WebhookIdGenerator.DeliveryPrefix;

    /// <summary>Of 10 hexadecimal digits, whatever the random bits are.</summary>
    private const long LeastTail = 0x80_0000_0000;

    /// <summary>The first place, in 24 bits that start like the second half of every UUID.</summary>
    private const int FirstPlace = 0x80_0000;

    /// <summary>Makes the random end of the keys of a message's deliveries.</summary>
    public static long CreateTail() => Random.Shared.NextInt64(LeastTail, 2 * LeastTail);

    /// <summary>Makes the key of a delivery.</summary>
    /// <param name="messageKey">The message's key.</param>
    /// <param name="place">Its place among the message's deliveries, from 0.</param>
    /// <param name="tail">The random end.</param>
    public static Guid Create(Guid messageKey, int place, long tail)
    {
        Span<byte> bytes = stackalloc byte[16];
        messageKey.TryWriteBytes(bytes, bigEndian: true, out _);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], ((ulong)(FirstPlace + place) << 40) | (ulong)tail);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>The least and the greatest key that deliveries of a message can have.</summary>
    public static (Guid First, Guid Last) RangeOf(Guid messageKey)
    {
        Span<byte> bytes = stackalloc byte[16];
        messageKey.TryWriteBytes(bytes, bigEndian: true, out _);
        bytes[8..].Clear();
        var first = new Guid(bytes, bigEndian: true);
        bytes[8..].Fill(0xFF);
        return (first, new Guid(bytes, bigEndian: true));
    }
}
