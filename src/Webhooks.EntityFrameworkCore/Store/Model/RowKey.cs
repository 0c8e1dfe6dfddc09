using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Webhooks.EntityFrameworkCore.Store.Model;

/// <summary>Makes the keys that names are looked up by: 128 bits of SHA-256 over their UTF-8 bytes, each with its length before it.</summary>
internal static class RowKey
{
    public static Guid Tenant(string tenantId) => Of("tenant", tenantId);

    public static Guid Endpoint(string tenantId, string endpointId) => Of("endpoint", tenantId, endpointId);

    public static Guid Pattern(string tenantId, string pattern) => Of("pattern", tenantId, pattern);

    public static Guid EventType(string eventType) => Of("type", eventType);

    public static Guid Message(string tenantId, string messageId) => Of("message", tenantId, messageId);

    public static Guid Event(string tenantId, string eventId) => Of("event", tenantId, eventId);

    public static Guid Owner(string owner) => Of("owner", owner);

    public static Guid Replay(string tenantId, string jobId) => Of("replay", tenantId, jobId);

    public static Guid Rate(string tenantId, string? endpointId) =>
        endpointId is null ? Of("rate", tenantId) : Of("rate", tenantId, endpointId);

    private static Guid Of(params ReadOnlySpan<string> names)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var name in names)
        {
            var bytes = Encoding.UTF8.GetBytes(name);
            BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }

        return new Guid(hash.GetHashAndReset().AsSpan(0, 16));
    }
}
