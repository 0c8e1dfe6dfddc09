using Npgsql;
using Webhooks.Filters;
using Webhooks.PostgreSql.Connections;

namespace Webhooks.PostgreSql.Endpoints;

/// <summary>What fan-out needs to know of an endpoint that subscribes to an event type.</summary>
/// <param name="Seq">Tells it from a later one of the same id.</param>
/// <param name="Id">Its id.</param>
/// <param name="Version">Its version: whatever else is said here but the pause is of that.</param>
/// <param name="IsPaused">Whether it is paused.</param>
/// <param name="IsOrdered">Whether it gets one delivery after the other.</param>
/// <param name="Channels">The channels that it wants to hear of; none: all.</param>
/// <param name="Filter">What a payload has to meet; null: nothing.</param>
internal sealed record EndpointMatch(
    long Seq, string Id, long Version, bool IsPaused, bool IsOrdered, IReadOnlyList<string> Channels, PayloadFilter? Filter)
{
    /// <summary>Whether its deliveries are held.</summary>
    public bool IsHolding => IsPaused || IsOrdered;

    public bool Accepts(IReadOnlyList<string> channels) => Channels.Count == 0 || Channels.Any(channels.Contains);

    public static EndpointMatch Read(NpgsqlDataReader row, PayloadFilterCache filters) => new(
        row.GetInt64(1),
        row.GetString(2),
        row.GetInt64(3),
        row.GetBoolean(4),
        row.GetBoolean(5),
        row.IsDBNull(6) ? [] : row.GetFieldValue<string[]>(6),
        filters.Get(row.NullableText(7)));
}
