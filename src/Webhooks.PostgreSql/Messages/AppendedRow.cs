using System.Runtime.InteropServices;
using Npgsql;

namespace Webhooks.PostgreSql.Messages;

/// <summary>
/// A message that was stored, once for each of its leased deliveries, and once where it has none; or, where nothing was stored, a filter of
/// the subscribers of an event type of which not all were asked.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct AppendedRow(
    int Position, int DeliveryCount, Guid? DeliveryKey, string? EndpointId, long EndpointVersion, bool HasFirstInLine)
{
    /// <summary>The number of the event type that a filter is of.</summary>
    public int? LackingType => Position < 0 ? -Position : null;

    public string? Filter => Position < 0 ? EndpointId : null;

    public static AppendedRow Read(NpgsqlDataReader row) => new(
        row.GetInt32(0),
        row.GetInt32(1),
        row.IsDBNull(2) ? null : row.GetGuid(2),
        row.IsDBNull(3) ? null : row.GetString(3),
        row.IsDBNull(4) ? 0 : row.GetInt64(4),
        row.GetBoolean(6));
}
