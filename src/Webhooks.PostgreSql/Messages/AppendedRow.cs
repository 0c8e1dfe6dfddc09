using System.Runtime.InteropServices;
using Npgsql;

namespace Webhooks.PostgreSql.Messages;

/// <summary>
/// What an append answers: a first row that tells of all messages, then one for each delivery that is leased; or, where nothing was
/// stored, for each filter of the subscribers of an event type of which not all were asked.
/// </summary>
/// <param name="Position">Of a leased delivery, the place of its message in the append.</param>
/// <param name="DeliveryKey">Of a leased delivery.</param>
/// <param name="EndpointId">Of a leased delivery.</param>
/// <param name="EndpointVersion">Of a leased delivery.</param>
/// <param name="DeliveryCounts">Of the first row: for each message how many deliveries it has; -1: it was not stored.</param>
/// <param name="HasFirstInLine">Of the first row.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct AppendedRow(
    int Position, Guid? DeliveryKey, string? EndpointId, long EndpointVersion, int[]? DeliveryCounts, bool HasFirstInLine)
{
    /// <summary>The number of the event type that a filter is of.</summary>
    public int? LackingType => Position < 0 ? -Position : null;

    public string? Filter => Position < 0 ? EndpointId : null;

    public static AppendedRow Read(NpgsqlDataReader row) => new(
        row.IsDBNull(0) ? 0 : row.GetInt32(0),
        row.IsDBNull(1) ? null : row.GetGuid(1),
        row.IsDBNull(2) ? null : row.GetString(2),
        row.IsDBNull(3) ? 0 : row.GetInt64(3),
        row.IsDBNull(4) ? null : row.GetFieldValue<int[]>(4),
        row.GetBoolean(5));
}
