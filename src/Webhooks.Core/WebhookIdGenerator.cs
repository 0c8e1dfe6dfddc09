using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Webhooks;

/// <summary>
/// Ids of messages, endpoints, deliveries and attempts: a prefix and a UUIDv7 (RFC 9562, section 5.7) in 26 characters of
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

    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int EncodedLength = 26;
    private const int CounterBits = 12;

    /// <summary>The last time and counter given out: milliseconds, shifted by the bits of the counter.</summary>
    private long _last;

    /// <summary>Makes a new id.</summary>
    /// <param name="prefix">One of the prefixes.</param>
    /// <param name="now">The time that the id carries.</param>
    public string Create(string prefix, DateTimeOffset now)
    {
        var tick = NextTick(now.ToUnixTimeMilliseconds() << CounterBits);
        Span<byte> random = stackalloc byte[8];
        RandomNumberGenerator.Fill(random);
        var high = ((ulong)(tick >> CounterBits) << 16) | 0x7000 | ((ulong)tick & 0xFFF);
        var low = (BinaryPrimitives.ReadUInt64LittleEndian(random) & 0x3FFF_FFFF_FFFF_FFFF) | 0x8000_0000_0000_0000;
        return string.Create(prefix.Length + EncodedLength, (prefix, Value: new UInt128(high, low)), static (text, id) =>
        {
            id.prefix.CopyTo(text);
            var value = id.Value;
            for (var i = text.Length - 1; i >= id.prefix.Length; i--)
            {
                text[i] = Alphabet[(int)((ulong)value & 31)];
                value >>= 5;
            }
        });
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
