using Npgsql;

namespace Webhooks.PostgreSql.Messages;

/// <summary>What an append answers.</summary>
/// <param name="DeliveryCounts">For each message how many deliveries it has; -1: it was not stored.</param>
/// <param name="Leases">
/// For each delivery that is leased, in order: in the upper half the place of its message in the append, in the lower half the number of
/// its endpoint, from 1.
/// </param>
/// <param name="EndpointIds">By the endpoints' numbers, as far as something is leased.</param>
/// <param name="EndpointVersions">The same.</param>
/// <param name="HasFirstInLine">As in <see cref="Storage.AppendResult.HasFirstInLine"/>.</param>
/// <param name="LackingTypes">
/// Where nothing was stored, because an event type has subscribers with filters that were not asked: for each of its filters its number;
/// null otherwise.
/// </param>
/// <param name="LackingFilters">Each of those filters.</param>
internal sealed record AppendAnswer(
    int[] DeliveryCounts,
    long[] Leases,
    string[] EndpointIds,
    long[] EndpointVersions,
    bool HasFirstInLine,
    int[]? LackingTypes,
    string[]? LackingFilters)
{
    public static AppendAnswer Read(NpgsqlDataReader row) => new(
        row.GetFieldValue<int[]>(0),
        row.GetFieldValue<long[]>(1),
        row.GetFieldValue<string[]>(2),
        row.GetFieldValue<long[]>(3),
        row.GetBoolean(4),
        row.IsDBNull(5) ? null : row.GetFieldValue<int[]>(5),
        row.IsDBNull(6) ? null : row.GetFieldValue<string[]>(6));
}
