using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Webhooks;

/// <summary>
/// Ids of messages, endpoints, deliveries, attempts and replays: a prefix and a UUIDv7 (RFC 9562, section 5.7) in 26 characters of
/// Crockford's base 32, whose order as text is the order in time. For adapter authors.
/// </summary>
/// <remarks>
/// Ids of one generator that are made with the same or a growing time are in strictly growing order: the 12 bits behind the
/// milliseconds count (RFC 9562, section 6.2, method 1), and run into the next millisecond when they are used up. Safe for
/// concurrent use.
/// </remarks>
public sealed class WebhookIdGenerator
{
    /// <summary>The prefix of message ids.</summary>
    public const string MessagePrefix = "msg_";

    /// <summary>The prefix of endpoint ids.</summary>
    public const string EndpointPrefix = "ep_";

    /// <summary>The prefix of delivery ids.</summary>
    public const string DeliveryPrefix = "dlv_";

    /// <summary>The prefix of attempt ids.</summary>
    public const string AttemptPrefix = "atmpt_";

    /// <summary>The prefix of replay ids.</summary>
    public const string ReplayPrefix = "rpl_";

    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int EncodedLength = 26;
    private const int CounterBits = 12;

    /// <summary>Random bytes of this thread, drawn in blocks: a draw costs more than all the rest of an id.</summary>
    [ThreadStatic]
    private static byte[]? t_random;

    [ThreadStatic]
    private static int t_randomUsed;

    /// <summary>The last time and counter given out: milliseconds, shifted by the bits of the counter.</summary>
    private long _last;

    /// <summary>Makes a new id.</summary>
    /// <param name="prefix">One of the prefixes.</param>
    /// <param name="now">The time that the id carries.</param>
    public string Create(string prefix, DateTimeOffset now) => Encode(prefix, CreateKey(now));

    /// <summary>Makes a new key: an id as the UUIDv7 that it stands for, in the same order.</summary>
    /// <param name="now">The time that the key carries.</param>
    public Guid CreateKey(DateTimeOffset now)
    {
        var tick = NextTick(now.ToUnixTimeMilliseconds() << CounterBits);
        var high = ((ulong)(tick >> CounterBits) << 16) | 0x7000 | ((ulong)tick & 0xFFF);
        var low = (NextRandom() & 0x3FFF_FFFF_FFFF_FFFF) | 0x8000_0000_0000_0000;
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, high);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], low);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>Writes a key as an id.</summary>
    /// <param name="prefix">One of the prefixes.</param>
    /// <param name="key">The key.</param>
    public static string Encode(string prefix, Guid key) =>
        string.Create(prefix.Length + EncodedLength, (prefix, key), static (text, id) =>
        {
            id.prefix.CopyTo(text);
            Span<byte> bytes = stackalloc byte[16];
            id.key.TryWriteBytes(bytes, bigEndian: true, out _);
            var high = BinaryPrimitives.ReadUInt64BigEndian(bytes);
            var low = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
            for (var i = text.Length - 1; i >= id.prefix.Length; i--)
            {
                text[i] = Alphabet[(int)(low & 31)];
                low = (low >> 5) | (high << 59);
                high >>= 5;
            }
        });

    /// <summary>Reads the key of an id.</summary>
    /// <param name="prefix">The prefix that the id should have.</param>
    /// <param name="id">Any text.</param>
    /// <param name="key">The key; encoded, it is this very id.</param>
    /// <returns>False when the text is no id of this kind.</returns>
    public static bool TryDecode(string prefix, string id, out Guid key)
    {
        key = default;
        if (id.Length != prefix.Length + EncodedLength || !id.StartsWith(prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var value = UInt128.Zero;
        for (var i = prefix.Length; i < id.Length; i++)
        {
            var digit = Alphabet.IndexOf(id[i], StringComparison.Ordinal);
            if (digit < 0 || value >> 123 != 0)
            {
                return false;
            }

            value = (value << 5) | (UInt128)digit;
        }

        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        key = new Guid(bytes, bigEndian: true);
        return key.Version == 7;
    }

    private static ulong NextRandom()
    {
        const int BlockLength = 512;
        if (t_random is null || t_randomUsed == BlockLength)
        {
            RandomNumberGenerator.Fill(t_random ??= new byte[BlockLength]);
            t_randomUsed = 0;
        }

        var next = BinaryPrimitives.ReadUInt64LittleEndian(t_random.AsSpan(t_randomUsed));
        t_randomUsed += sizeof(ulong);
        return next;
    }

    private long NextTick(long tick)
    {
        while (true)
        {
            var last = Volatile.Read(ref _last);
            var next = Math.Max(tick, last + 1);

            // A clock that was set back by more than a moment is followed; order within the process then starts anew.
            if (last - tick > 60_000L << CounterBits)
            {
                next = tick;
            }

            if (Interlocked.CompareExchange(ref _last, next, last) == last)
            {
                return next;
            }
        }
    }
}
