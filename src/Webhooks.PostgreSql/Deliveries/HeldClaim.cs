using Npgsql;
using Webhooks.PostgreSql.Connections;
using Webhooks.Storage;

namespace Webhooks.PostgreSql.Deliveries;

/// <summary>Claims the held deliveries of an endpoint that the dispatcher has taken over.</summary>
internal sealed class HeldClaim(PostgreSqlDatabase database, LeaseLoader loader, HeldExpiry expiry)
{
    /// <summary>
    /// A statement of its own: the next one then sees what was committed by appends that shared the lock. Without it, they could
    /// hold deliveries that the end of the pause does not see.
    /// </summary>
    private const string LockSql = "SELECT 1 FROM {schema}.endpoints WHERE tenant_id = $1 AND id = $2 FOR UPDATE";

    /// <summary>
    /// One row more than asked for tells whether anything is left. Rows are waited for, not skipped: what an outcome is being written
    /// for may stay the first in the line. Leases in order are given by the owner alone, and anew by whoever claims next; in order, what is
    /// sent at most once is leased alone, because its lease is the record that it may have been sent.
    /// </summary>
    private static readonly string ClaimSql =
        $$"""
        WITH endpoint AS MATERIALIZED (
          SELECT seq, version, is_ordered FROM {schema}.endpoints
          WHERE tenant_id = $1 AND id = $2 AND status = 0 AND paused_until IS NOT NULL AND paused_by = $3
        ),
        held AS MATERIALIZED (
          SELECT p.ctid AS spot, p.place, p.key, p.at_most_once IS NOT NULL AS is_single,
            {{Cancellation.IsExpired("$6")}} AS is_expired, {{Cancellation.IsInterrupted}} AS is_interrupted
          FROM {schema}.pending p
          WHERE p.tenant_id = $1 AND p.endpoint_id = $2 AND p.due_at IS NULL AND p.endpoint_seq = (SELECT seq FROM endpoint)
          ORDER BY p.place NULLS FIRST, p.key
          LIMIT $5 + 1
          FOR UPDATE
        ),
        line AS (
          SELECT spot, row_number() OVER line AS turn, count(*) FILTER (WHERE is_single) OVER line AS singles
          FROM held
          WHERE NOT is_expired
          WINDOW line AS (ORDER BY place NULLS FIRST, key)
        ),
        leased AS (
          UPDATE {schema}.pending
          SET due_at = CASE WHEN (SELECT is_ordered FROM endpoint) THEN NULL ELSE $4::timestamptz END, owner = $3
          WHERE ctid = ANY(ARRAY(SELECT spot FROM line WHERE turn <= $5 AND (turn = 1 OR singles = 0 OR NOT (SELECT is_ordered FROM endpoint))))
          RETURNING key, tenant_id, message_key, endpoint_id, attempt_count, resend, sent, place
        ),
        {{Cancellation.Sql("SELECT spot FROM held WHERE is_expired", now: "$6")}},
        rest AS (
          SELECT count(*) <= $5 AND (count(*) FILTER (WHERE NOT is_expired) = 0 OR NOT (SELECT is_ordered FROM endpoint)) AS is_over,
            coalesce(bool_or(is_expired), false) AS has_expired
          FROM held
        ),
        pause AS (
          UPDATE {schema}.endpoints
          SET paused_until = CASE WHEN rest.is_over THEN NULL ELSE $4 END, paused_by = CASE WHEN rest.is_over THEN NULL ELSE $3 END
          FROM rest
          WHERE tenant_id = $1 AND id = $2 AND EXISTS (SELECT 1 FROM endpoint)
        )
        SELECT l.key, l.tenant_id, l.message_key, l.endpoint_id, e.version, l.attempt_count, rest.is_over, l.resend, e.is_ordered, rest.has_expired, l.sent,
          l.key = ANY(ARRAY(SELECT key FROM held WHERE is_interrupted)) AS is_interrupted
        FROM endpoint e
        CROSS JOIN rest
        LEFT JOIN leased l ON true
        ORDER BY l.place NULLS FIRST, l.key
        """;

    private readonly string _lock = database.Sql(LockSql);
    private readonly string _claim = database.Sql(ClaimSql);

    public async Task<HeldClaimResult> ClaimAsync(HeldClaimRequest request, CancellationToken cancellationToken)
    {
        var (result, hasExpired) = await database.RunOnSessionAsync(
            async (session, cancellation) =>
            {
                var connection = session.Connection;
                var rows = await ReadAsync(connection, request, cancellation).ConfigureAwait(false);
                var leased = rows.Where(static row => row.Lease is not null).Select(static row => row.Lease!).ToList();
                var deliveries = await loader.LoadAsync(connection, leased, request.LeaseUntil, cancellation).ConfigureAwait(false);
                return rows.Count == 0
                    ? (new HeldClaimResult(deliveries, IsOver: true), HasExpired: false)
                    : (new HeldClaimResult(deliveries, rows[0].IsOver), rows[0].HasExpired);
            },
            cancellationToken).ConfigureAwait(false);
        if (hasExpired && !result.IsOver)
        {
            await expiry.CancelAsync(request.Endpoint, request.Now, cancellationToken).ConfigureAwait(false);
        }

        return result;
    }

    internal NpgsqlBatchCommand CreateStatement(HeldClaimRequest request) => SqlExtensions.Statement(_claim)
        .WithText(request.Endpoint.TenantId)
        .WithText(request.Endpoint.EndpointId)
        .WithText(request.Owner)
        .WithTime(request.LeaseUntil)
        .WithInt(request.Limit)
        .WithTime(request.Now);

    private async Task<List<(LeasedRow? Lease, bool IsOver, bool HasExpired)>> ReadAsync(
        NpgsqlConnection connection, HeldClaimRequest request, CancellationToken cancellationToken)
    {
        var take = SqlExtensions.Statement(_lock).WithText(request.Endpoint.TenantId).WithText(request.Endpoint.EndpointId);
        var claimed = new List<(LeasedRow? Lease, bool IsOver, bool HasExpired)>();
        var batch = database.CreateBatch(connection, transaction: null, take, CreateStatement(request));
        await using (batch.ConfigureAwait(false))
        {
            var rows = await database.ExecuteReaderAsync(batch, cancellationToken).ConfigureAwait(false);
            await using (rows.ConfigureAwait(false))
            {
                await rows.NextResultAsync(cancellationToken).ConfigureAwait(false);
                while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    claimed.Add((
                        rows.IsDBNull(0) ? null : LeasedRow.Read(rows, resend: 7, sent: 10, isInterrupted: 11, isOrdered: 8), rows.GetBoolean(6), rows.GetBoolean(9)));
                }
            }
        }

        return claimed;
    }
}
