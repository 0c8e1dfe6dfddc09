using Npgsql;
using Webhooks.PostgreSql.Connections;
using Webhooks.Storage;

namespace Webhooks.PostgreSql.Deliveries;

/// <summary>Claims what is due, and the endpoints whose pause is over.</summary>
internal sealed class DueClaim(PostgreSqlDatabase database, LeaseLoader loader, HeldSweep sweep)
{
    /// <summary>The most endpoints that one claim takes over.</summary>
    private const int MaxResumed = 64;

    /// <summary>
    /// Rows are changed by the place (ctid) at which they were locked: that is never planned as a scan. A row that somebody
    /// else changed in the very moment before it was locked is at another place by then, and is left to the next claim. What comes
    /// due next stands behind the last one in the index. An endpoint that is locked by an append now, and so not taken over, is due at once.
    /// </summary>
    private static readonly string ClaimSql =
        $$"""
        WITH due AS MATERIALIZED (
          SELECT p.ctid AS place, p.key, p.due_at, p.tenant_id, p.endpoint_id, p.endpoint_seq,
            {{Cancellation.IsExpired("$1")}} AS is_expired, {{Cancellation.IsInterrupted}} AS is_interrupted
          FROM {schema}.pending p
          WHERE p.due_at <= $1
          ORDER BY p.due_at, p.key
          LIMIT $2
          FOR UPDATE SKIP LOCKED
        ),
        last AS MATERIALIZED (SELECT due_at, key FROM due ORDER BY due_at DESC, key DESC LIMIT 1),
        met AS MATERIALIZED (
          SELECT d.place, d.key, d.due_at, d.is_interrupted, e.place AS endpoint_place, e.version,
            e.version IS NULL OR d.is_expired AS is_canceled,
            (e.status <> 0 OR e.paused_until IS NOT NULL OR e.is_ordered) AND NOT d.is_interrupted AS is_held,
            e.is_ordered AND e.status = 0 AND e.paused_until IS NULL AND NOT d.is_interrupted AS is_first
          FROM due d
          LEFT JOIN LATERAL (
            SELECT e.ctid AS place, e.version, e.status, e.paused_until, e.is_ordered FROM {schema}.endpoints e
            WHERE e.tenant_id = d.tenant_id AND e.id = d.endpoint_id AND e.seq = d.endpoint_seq OFFSET 0) AS e ON true
        ),
        leased AS (
          UPDATE {schema}.pending
          SET due_at = $3, owner = $4
          WHERE ctid = ANY(ARRAY(SELECT place FROM met WHERE NOT is_canceled AND NOT is_held))
          RETURNING key, tenant_id, message_key, endpoint_id, attempt_count, resend, sent
        ),
        held AS (
          UPDATE {schema}.pending
          SET due_at = NULL, owner = NULL
          WHERE ctid = ANY(ARRAY(SELECT place FROM met WHERE NOT is_canceled AND is_held))
        ),
        begun AS (
          UPDATE {schema}.endpoints
          SET paused_until = $1, paused_by = NULL, pause_reason = 0
          WHERE ctid = ANY(ARRAY(SELECT DISTINCT endpoint_place FROM met WHERE is_first AND NOT is_canceled)) AND paused_until IS NULL
        ),
        {{Cancellation.Sql("SELECT place FROM met WHERE is_canceled", now: "$1")}},
        over AS MATERIALIZED (
          SELECT ctid AS place FROM {schema}.endpoints
          WHERE paused_until <= $1 AND status = 0
          ORDER BY paused_until
          LIMIT $5
          FOR UPDATE SKIP LOCKED
        ),
        resumed AS (
          UPDATE {schema}.endpoints
          SET paused_until = $3, paused_by = $4, pause_reason = 0
          WHERE ctid = ANY(ARRAY(SELECT place FROM over)) AND EXISTS (SELECT 1 FROM over)
          RETURNING tenant_id, id
        )
        SELECT l.key, l.tenant_id, l.message_key, l.endpoint_id, m.version, l.attempt_count, m.due_at, NULL::bigint, NULL::timestamptz, l.resend, l.sent,
          m.is_interrupted
        FROM leased l
        JOIN met m ON m.key = l.key
        UNION ALL
        SELECT NULL, tenant_id, NULL, id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM resumed
        UNION ALL
        SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, (SELECT count(*) FROM due), least(
          CASE WHEN EXISTS (SELECT 1 FROM leased) OR EXISTS (SELECT 1 FROM resumed) THEN $3 END,
          CASE WHEN EXISTS (SELECT 1 FROM met WHERE is_first AND NOT is_canceled) THEN $1 END,
          (SELECT p.due_at FROM {schema}.pending p
           WHERE p.due_at IS NOT NULL AND (p.due_at, p.key) > (coalesce((SELECT due_at FROM last), '-infinity'), coalesce((SELECT key FROM last), $6))
           ORDER BY p.due_at, p.key LIMIT 1),
          (SELECT paused_until FROM {schema}.endpoints
           WHERE paused_until IS NOT NULL AND status = 0 AND ctid <> ALL(ARRAY(SELECT place FROM over))
           ORDER BY paused_until LIMIT 1)), NULL, NULL, NULL
        ORDER BY 7, 1
        """;

    private const string OldestSql = "SELECT due_at FROM {schema}.pending WHERE due_at <= $1 ORDER BY due_at, key LIMIT 1";

    private readonly string _claim = database.Sql(ClaimSql);
    private readonly string _oldest = database.Sql(OldestSql);

    public async Task<ClaimResult> ClaimAsync(ClaimRequest request, CancellationToken cancellationToken)
    {
        await sweep.RunIfTimeAsync(request.Now, cancellationToken).ConfigureAwait(false);
        return await database.RunOnSessionAsync(
            async (session, cancellation) =>
            {
                var (leased, resumed, seen, nextDueAt) = await ClaimAsync(session, request, cancellation).ConfigureAwait(false);
                var deliveries = await loader.LoadAsync(session.Connection, leased, request.LeaseUntil, cancellation).ConfigureAwait(false);
                var hasMore = seen == request.Limit || resumed.Count == MaxResumed;
                return new ClaimResult(deliveries, resumed, hasMore, nextDueAt);
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Since when the longest due delivery has been due; null when none is.</summary>
    public async Task<DateTimeOffset?> FindOldestAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var found = await database.ReadAsync(CreateOldestStatement(now), static row => row.Time(0), cancellationToken).ConfigureAwait(false);
        return found is [var oldest] ? oldest : null;
    }

    internal NpgsqlBatchCommand CreateOldestStatement(DateTimeOffset now) => SqlExtensions.Statement(_oldest).WithTime(now);

    internal NpgsqlBatchCommand CreateStatement(ClaimRequest request) => SqlExtensions.Statement(_claim)
        .WithTime(request.Now)
        .WithInt(request.Limit)
        .WithTime(request.LeaseUntil)
        .WithText(request.Owner)
        .WithInt(MaxResumed)
        .WithKey(Guid.Empty);

    private async Task<(List<LeasedRow> Leased, List<EndpointKey> Resumed, long Seen, DateTimeOffset? NextDueAt)> ClaimAsync(
        Session session, ClaimRequest request, CancellationToken cancellationToken)
    {
        var leased = new List<LeasedRow>();
        var resumed = new List<EndpointKey>();
        var (seen, nextDueAt) = (0L, default(DateTimeOffset?));
        await session.ReadAsync(
            transaction: null,
            CreateStatement(request),
            row =>
            {
                if (!row.IsDBNull(0))
                {
                    leased.Add(LeasedRow.Read(row, resend: 9, sent: 10, isInterrupted: 11));
                }
                else if (!row.IsDBNull(1))
                {
                    resumed.Add(new EndpointKey(row.GetString(1), row.GetString(3)));
                }
                else
                {
                    (seen, nextDueAt) = (row.GetInt64(7), row.NullableTime(8));
                }

                return 0;
            },
            cancellationToken).ConfigureAwait(false);
        return (leased, resumed, seen, nextDueAt);
    }
}
