using Npgsql;
using Webhooks.PostgreSql.Connections;

namespace Webhooks.PostgreSql.Deliveries;

/// <summary>A delivery that a claim leased, before its message was read.</summary>
internal sealed record LeasedRow(
    Guid Key,
    string TenantId,
    Guid MessageKey,
    string EndpointId,
    long EndpointVersion,
    int AttemptCount,
    string? Resend,
    byte[]? Sent,
    bool IsInterrupted,
    bool IsOrdered)
{
    /// <summary>Reads the columns key, tenant, message key, endpoint, its version, and attempt count; the resend note, what it sends, whether it was interrupted, and whether it is leased in order.</summary>
    public static LeasedRow Read(NpgsqlDataReader row, int resend, int sent, int isInterrupted, int? isOrdered = null) => new(
        row.GetGuid(0),
        row.GetString(1),
        row.GetGuid(2),
        row.GetString(3),
        row.GetInt64(4),
        row.GetInt32(5),
        row.NullableText(resend),
        row.IsDBNull(sent) ? null : row.Bytes(sent),
        row.GetBoolean(isInterrupted),
        isOrdered is { } column && row.GetBoolean(column));
}
