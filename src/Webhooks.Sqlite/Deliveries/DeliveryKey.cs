using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Webhooks.Sqlite.Connections;

namespace Webhooks.Sqlite.Deliveries;

/// <summary>
/// What a delivery's id says: where its row is, so that no index on ids is needed. As a UUIDv7 it is the message's time, the
/// row's number in 40 bits, the place among the message's deliveries in 20, and 14 random bits, which are kept in the row.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct DeliveryKey(long CreatedAt, long MessageSeq, int Ordinal, int Tail)
{
    /// <summary>Finds its row, as <c>d</c>; the parameters are what <see cref="Bind"/> binds, before any other.</summary>
    public const string Condition = "d.message_seq = ?1 AND d.ordinal = ?2 AND d.tail = ?3 AND d.created_at = ?4";

    private const int OrdinalBits = 20;
    private const int TailBits = 14;
    private const int LowSeqBits = 62 - OrdinalBits - TailBits;

    /// <summary>Makes the random part.</summary>
    public static int CreateTail() => Random.Shared.Next(1 << TailBits);

    /// <summary>Reads the id of a delivery.</summary>
    /// <returns>False when it is none of this store's.</returns>
    public static bool TryParse(string id, out DeliveryKey key)
    {
        key = default;
        if (!WebhookIdGenerator.TryDecode(WebhookIdGenerator.DeliveryPrefix, id, out var guid))
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[16];
        guid.TryWriteBytes(bytes, bigEndian: true, out _);
        var high = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        var low = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        var seq = ((high & 0xFFF) << LowSeqBits) | ((low << 2) >> (2 + OrdinalBits + TailBits));
        key = new DeliveryKey(
            (long)(high >> 16), (long)seq, (int)(low >> TailBits) & ((1 << OrdinalBits) - 1), (int)low & ((1 << TailBits) - 1));
        return true;
    }

    /// <summary>Binds the parameters of <see cref="Condition"/>.</summary>
    public Statement Bind(Statement statement) => statement.Bind(MessageSeq).Bind(Ordinal).Bind(Tail).Bind(CreatedAt);

    /// <summary>Writes it as an id.</summary>
    public string ToId()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(
            bytes, ((ulong)CreatedAt << 16) | 0x7000 | ((ulong)MessageSeq >> LowSeqBits));
        BinaryPrimitives.WriteUInt64BigEndian(
            bytes[8..], (1UL << 63) | (((ulong)MessageSeq << (64 - LowSeqBits)) >> 2) | ((ulong)(uint)Ordinal << TailBits) | (uint)Tail);
        return WebhookIdGenerator.Encode(WebhookIdGenerator.DeliveryPrefix, new Guid(bytes, bigEndian: true));
    }
}
