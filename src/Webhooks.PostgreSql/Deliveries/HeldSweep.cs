using Webhooks.PostgreSql.Connections;
using Webhooks.Storage;

namespace Webhooks.PostgreSql.Deliveries;

/// <summary>
/// Finds deliveries that are held for no reason. A transaction of the host's that looked while an endpoint was paused may be
/// committed after the pause has ended, and a deletion may have been broken off.
/// </summary>
internal sealed class HeldSweep(PostgreSqlDatabase database)
{
    private const int MaxCanceled = 10_000;

    /// <summary>
    /// One instance does it at a time. The endpoints with held deliveries are found by leaps through the index, however many
    /// deliveries are held. A pause that is over makes the next claim take the endpoint over, which then gets its deliveries at
    /// its pace. What is held for an endpoint that is gone comes due, and is canceled by the claim that meets it.
    /// </summary>
    private const string SweepSql =
        """
        WITH RECURSIVE turn AS MATERIALIZED (SELECT pg_try_advisory_xact_lock(hashtextextended($3, 0)) AS is_ours),
        holding AS (
          (SELECT tenant_id, endpoint_id FROM {schema}.pending
           WHERE due_at IS NULL AND (SELECT is_ours FROM turn)
           ORDER BY tenant_id, endpoint_id LIMIT 1)
          UNION ALL
          SELECT next.tenant_id, next.endpoint_id
          FROM holding h
          CROSS JOIN LATERAL (
            SELECT p.tenant_id, p.endpoint_id FROM {schema}.pending p
            WHERE p.due_at IS NULL AND (p.tenant_id, p.endpoint_id) > (h.tenant_id, h.endpoint_id)
            ORDER BY p.tenant_id, p.endpoint_id LIMIT 1) AS next
        ),
        resumed AS (
          UPDATE {schema}.endpoints e
          SET paused_until = $1, paused_by = NULL, pause_reason = 0
          FROM holding h
          WHERE e.tenant_id = h.tenant_id AND e.id = h.endpoint_id AND e.status = 0 AND e.paused_until IS NULL
        )
        UPDATE {schema}.pending
        SET due_at = $1
        WHERE due_at IS NULL AND ctid = ANY(ARRAY(
          SELECT p.place
          FROM holding h
          CROSS JOIN LATERAL (
            SELECT p.ctid AS place, p.endpoint_seq FROM {schema}.pending p
            WHERE p.tenant_id = h.tenant_id AND p.endpoint_id = h.endpoint_id AND p.due_at IS NULL
            ORDER BY p.place NULLS FIRST, p.key LIMIT $2) AS p
          WHERE NOT EXISTS (
            SELECT 1 FROM {schema}.endpoints e
            WHERE e.tenant_id = h.tenant_id AND e.id = h.endpoint_id AND e.seq = p.endpoint_seq)
          LIMIT $2))
        """;

    private const string ResumeOneSql =
        """
        UPDATE {schema}.endpoints e
        SET paused_until = $3, paused_by = NULL, pause_reason = 0
        WHERE e.tenant_id = $1 AND e.id = $2 AND e.status = 0 AND e.paused_until IS NULL
          AND EXISTS (SELECT 1 FROM {schema}.pending p WHERE p.tenant_id = $1 AND p.endpoint_id = $2 AND p.due_at IS NULL)
        """;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly string _sweep = database.Sql(SweepSql);
    private readonly string _resumeOne = database.Sql(ResumeOneSql);
    private long _nextRun = long.MinValue;

    /// <summary>Makes an endpoint's held deliveries be looked for, if nobody does.</summary>
    public Task ResumeAsync(EndpointKey endpoint, DateTimeOffset now, CancellationToken cancellationToken) => database.ExecuteAsync(
        SqlExtensions.Statement(_resumeOne).WithText(endpoint.TenantId).WithText(endpoint.EndpointId).WithTime(now),
        cancellationToken);

    /// <summary>Sweeps, unless this process did so a short time ago or another one is at it.</summary>
    public async Task RunIfTimeAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var due = Interlocked.Read(ref _nextRun);
        if (now.UtcTicks < due
            || Interlocked.CompareExchange(ref _nextRun, (now + Interval).UtcTicks, due) != due)
        {
            return;
        }

        await database.RunOnSessionAsync(
            (session, cancellation) => session.ReadAsync(
                transaction: null,
                SqlExtensions.Statement(_sweep).WithTime(now).WithInt(MaxCanceled).WithText(AdvisoryLock.FullName(database, "sweep")),
                static _ => 0,
                cancellation),
            cancellationToken).ConfigureAwait(false);
    }
}
