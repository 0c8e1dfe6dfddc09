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

    /// <summary>Makes the random end of the keys of a message's deliveries.</summary>
    public static long CreateTail() => Random.Shared.NextInt64(LeastTail, 2 * LeastTail);

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
