namespace Webhooks.PostgreSql.Messages;

/// <summary>
/// The key of a delivery: the first half of its message's key, its place among the message's deliveries, and 40 random bits.
/// So deliveries sort like their messages, and those of a message are a range of keys.
/// </summary>
internal static class DeliveryKey
{
    public const string Prefix = WebhookIdGenerator.DeliveryPrefix;

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
