using System.Runtime.InteropServices;
using Npgsql;

namespace Webhooks.PostgreSql.Messages;

/// <summary>A message that was stored, once for each of its leased deliveries, and once where it has none.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct AppendedRow(
    int Position, int DeliveryCount, Guid? DeliveryKey, string? EndpointId, long EndpointVersion, bool HasFirstInLine)
{
    public static AppendedRow Read(NpgsqlDataReader row) => new(
        row.GetInt32(0),
        row.GetInt32(1),
        row.IsDBNull(2) ? null : row.GetGuid(2),
        row.IsDBNull(3) ? null : row.GetString(3),
        row.IsDBNull(4) ? 0 : row.GetInt64(4),
        row.GetBoolean(6));
}
