using Npgsql;
using NpgsqlTypes;
using Webhooks.PostgreSql.Connections;
using Webhooks.Storage;

namespace Webhooks.PostgreSql.Deliveries;

/// <summary>Shares out time for rate limits.</summary>
internal sealed class RateTable(PostgreSqlDatabase database)
{
    /// <summary>In the order of the key, so that two instances never wait for each other in a circle.</summary>
    private const string ReserveSql =
        """
        INSERT INTO {schema}.rates AS r (tenant_id, endpoint_id, pace, end_at)
        SELECT tenant_id, endpoint_id, pace, $1 + length * interval '1 millisecond'
        FROM unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[]) AS n(tenant_id, endpoint_id, pace, length)
        ORDER BY tenant_id COLLATE "C", endpoint_id COLLATE "C"
        ON CONFLICT (tenant_id, endpoint_id) DO UPDATE
        SET pace = excluded.pace,
          end_at = CASE WHEN r.pace = excluded.pace THEN greatest(r.end_at, $1) ELSE $1 END + (excluded.end_at - $1)
        RETURNING tenant_id, endpoint_id, end_at
        """;

    /// <summary>They are few, and an index by their ends would be written with every reservation. One that is just reserved from is passed over.</summary>
    private const string PruneSql =
        """
        WITH ended AS MATERIALIZED (
          SELECT ctid AS place FROM {schema}.rates WHERE end_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED
        )
        DELETE FROM {schema}.rates WHERE ctid = ANY(ARRAY(SELECT place FROM ended))
        """;

    private readonly string _prune = database.Sql(PruneSql);
    private readonly string _reserve = database.Sql(ReserveSql);

    /// <summary>Deletes lines that have ended.</summary>
    /// <returns>How many there were.</returns>
    public Task<int> PruneAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken) =>
        database.ExecuteAsync(SqlExtensions.Statement(_prune).WithTime(endedBefore).WithInt(limit), cancellationToken);

    public async Task<IReadOnlyList<DateTimeOffset>> ReserveAsync(
        DateTimeOffset now, IReadOnlyList<RateReservation> reservations, CancellationToken cancellationToken)
    {
        var rows = await database.RunOnSessionAsync(
            (session, cancellation) => session.ReadAsync(
                transaction: null,
                CreateStatement(now, reservations),
                static row => (TenantId: row.GetString(0), EndpointId: row.GetString(1), EndAt: row.Time(2)),
                cancellation),
            cancellationToken).ConfigureAwait(false);
        var ends = rows.ToDictionary(static row => (row.TenantId, row.EndpointId), static row => row.EndAt);
        return
        [
            .. reservations.Select(reservation =>
                ends[(reservation.TenantId, reservation.EndpointId ?? string.Empty)] - reservation.Length),
        ];
    }

    private NpgsqlBatchCommand CreateStatement(DateTimeOffset now, IReadOnlyList<RateReservation> reservations) =>
        SqlExtensions.Statement(_reserve)
            .WithTime(now)
            .WithTexts(reservations, static reservation => reservation.TenantId)
            .WithTexts(reservations, static reservation => reservation.EndpointId ?? string.Empty)
            .WithArray(NpgsqlDbType.Bigint, reservations, static reservation => reservation.Interval.Ticks)
            .WithArray(NpgsqlDbType.Bigint, reservations, static reservation => (long)reservation.Length.TotalMilliseconds);
}
