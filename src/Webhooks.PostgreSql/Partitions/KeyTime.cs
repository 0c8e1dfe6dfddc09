using System.Buffers.Binary;

namespace Webhooks.PostgreSql.Partitions;

/// <summary>The time in a key: a UUIDv7 starts with 48 bits of Unix milliseconds (RFC 9562, section 5.7).</summary>
internal static class KeyTime
{
    /// <summary>
    /// The most that the time in a message's key is off its CreatedAt: keys made in the same millisecond run ahead, and an id
    /// may have been made a little before it was published.
    /// </summary>
    public static readonly TimeSpan Slack = TimeSpan.FromMinutes(1);

    public static long Of(Guid key)
    {
        Span<byte> bytes = stackalloc byte[16];
        key.TryWriteBytes(bytes, bigEndian: true, out _);
        return (long)(BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16);
    }

    /// <summary>The lowest key of a time.</summary>
    public static Guid FirstKey(long time)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(bytes, (ulong)Math.Max(time, 0) << 16);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>The lowest key that a message of this time or later can have.</summary>
    public static Guid FirstKey(DateTimeOffset createdAt) =>
        FirstKey(createdAt.ToUnixTimeMilliseconds() - (long)Slack.TotalMilliseconds);

    /// <summary>A key above all that messages before this time can have.</summary>
    public static Guid EndKey(DateTimeOffset createdBefore) =>
        FirstKey(createdBefore.ToUnixTimeMilliseconds() + (long)Slack.TotalMilliseconds + 1);
}
