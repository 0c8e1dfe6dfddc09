using Npgsql;
using Webhooks.Dispatching;
using Webhooks.PostgreSql.Connections;
using Webhooks.PostgreSql.Messages;
using Webhooks.Replay;
using Webhooks.Storage;

namespace Webhooks.PostgreSql.Replay;

/// <summary>Makes deliveries that have ended pending again: one of them, or those that a replay selects.</summary>
/// <remarks>
/// A turn looks at each row of an index, whether the replay means it or not, so that what a turn costs is bounded by the rows that
/// it may look at.
/// </remarks>
internal sealed class EndedReplay(PostgreSqlDatabase database)
{
    private const string SelectSql =
        """
        SELECT d.key, d.created_at, d.endpoint_id, d.event_type, d.status, d.attempt_count, e.seq, e.status, e.paused_until IS NOT NULL,
          m.has_payload, d.cancel_reason, m.deliver_at, m.expires_at, m.at_most_once, m.tested_endpoint_id
        FROM (
          SELECT key, created_at, endpoint_id, event_type, status, attempt_count, message_key, cancel_reason FROM {schema}.deliveries

        """;

    private const string JoinSql =
        """
        ) AS d
        LEFT JOIN LATERAL (
          SELECT e.seq, e.status, e.paused_until FROM {schema}.endpoints e WHERE e.tenant_id = $1 AND e.id = d.endpoint_id OFFSET 0) AS e ON true
        LEFT JOIN LATERAL (
          SELECT octet_length(m.payload) > 0 AS has_payload, m.deliver_at, m.expires_at, m.at_most_once, m.tested_endpoint_id
          FROM {schema}.messages m WHERE m.tenant_id = $1 AND m.key = d.message_key OFFSET 0) AS m ON true
        ORDER BY d.key
        """;

    private const string GetResendIdSql =
        """
        SELECT m.key, m.resend_ids ->> $3
        FROM {schema}.messages m
        WHERE m.tenant_id = $1 AND m.key = (
          SELECT p.message_key FROM {schema}.pending p WHERE p.tenant_id = $1 AND p.key = $2
          UNION ALL
          SELECT d.message_key FROM {schema}.deliveries d WHERE d.tenant_id = $1 AND d.key = $2)
        """;

    private const string SetResendIdSql =
        """
        UPDATE {schema}.messages SET resend_ids = coalesce(resend_ids, '{}') || jsonb_build_object($3::text, $4::text)
        WHERE tenant_id = $1 AND key = $2
        """;

    private const string GetPendingSql =
        """
        SELECT p.attempt_count, p.due_at, p.owner, p.resend, e.status, p.expires_at, m.deliver_at
        FROM {schema}.pending p
        LEFT JOIN LATERAL (
          SELECT m.deliver_at FROM {schema}.messages m WHERE m.tenant_id = p.tenant_id AND m.key = p.message_key OFFSET 0) AS m ON true
        LEFT JOIN LATERAL (
          SELECT e.status FROM {schema}.endpoints e
          WHERE e.tenant_id = p.tenant_id AND e.id = p.endpoint_id AND e.seq = p.endpoint_seq OFFSET 0) AS e ON true
        WHERE p.tenant_id = $1 AND p.key = $2
        FOR UPDATE OF p
        """;

    private const string UpdatePendingSql =
        "UPDATE {schema}.pending SET due_at = $3, owner = NULL, resend = $4 WHERE tenant_id = $1 AND key = $2";

    /// <summary>The endpoint is the one that was read: if it is gone by now, the claim that meets the delivery cancels it.</summary>
    private const string ReopenSql =
        """
        WITH input AS MATERIALIZED (
          SELECT i.key, i.endpoint_seq, i.resend, i.due_at, i.expires_at, i.at_most_once
          FROM unnest($2::uuid[], $3::bigint[], $4::text[], $7::timestamptz[], $8::timestamptz[], $9::bool[])
            AS i(key, endpoint_seq, resend, due_at, expires_at, at_most_once)
        ),
        reopened AS (
          DELETE FROM {schema}.deliveries d
          USING input i
          WHERE d.tenant_id = $1 AND d.key = i.key AND d.key >= $5 AND d.key <= $6
          RETURNING d.key, d.tenant_id, d.message_key, d.message_id, d.endpoint_id, i.endpoint_seq, d.event_type, d.created_at,
            d.attempt_count, d.last_status_code, d.last_error, d.last_duration, i.resend, i.due_at, i.expires_at, i.at_most_once
        )
        INSERT INTO {schema}.pending (key, tenant_id, message_key, message_id, endpoint_id, endpoint_seq, event_type, created_at,
          attempt_count, last_status_code, last_error, last_duration, resend, due_at, expires_at, at_most_once)
        SELECT * FROM reopened
        """;

    private readonly string _one = database.Sql(SelectSql + "WHERE tenant_id = $1 AND key = $2" + JoinSql);

    private readonly string _getResendId = database.Sql(GetResendIdSql);
    private readonly string _setResendId = database.Sql(SetResendIdSql);
    private readonly string _getPending = database.Sql(GetPendingSql);
    private readonly string _updatePending = database.Sql(UpdatePendingSql);
    private readonly string _reopen = database.Sql(ReopenSql);

    public Task<ResendResult> ResendAsync(
        string tenantId, string deliveryId, DateTimeOffset now, string? resendId, CancellationToken cancellationToken) =>
        WebhookIdGenerator.TryDecode(DeliveryKey.Prefix, deliveryId, out var key)
            ? ReplayTransaction.RunAsync(
                database,
                async transaction =>
                {
                    await ReplayLocks.TakeAsync(transaction, tenantId).ConfigureAwait(false);
                    return resendId is null
                        ? await ResendAsync(transaction, tenantId, key, now).ConfigureAwait(false)
                        : await ResendAsync(transaction, tenantId, key, now, resendId).ConfigureAwait(false);
                },
                cancellationToken)
            : Task.FromResult(ResendResult.NotFound);

    /// <summary>Does a replay's turn.</summary>
    /// <returns>The last row that was looked at, and whether there may be rows that were not.</returns>
    public async Task<(Guid Position, bool HasMore)> RunAsync(
        ReplayTransaction transaction, ReplayWindow window, ReplayPlan plan, ReplayTurn turn)
    {
        var request = window.Request;
        var status = request.Selection switch
        {
            ReplaySelection.Succeeded => DeliveryStatus.Succeeded,
            ReplaySelection.Canceled => DeliveryStatus.Canceled,
            _ => DeliveryStatus.Failed,
        };
        var rows = await transaction.ReadAsync(CreateStatement(window, status, turn.ScanLimit), EndedRow.Read).ConfigureAwait(false);
        var position = window.After;
        var reopened = new List<(EndedRow Row, ResendNote Note)>();
        foreach (var row in rows)
        {
            var isMeant = row.Status == status
                && (request.EndpointId is null || string.Equals(row.EndpointId, request.EndpointId, StringComparison.Ordinal))
                && window.Means(row.CreatedAt, row.EventType);
            var isSent = isMeant && row is { EndpointStatus: 0, HasPayload: true, IsTest: false } && !(row.ExpiresAt <= turn.Now);
            if (!plan.TryTake(row.CreatedAt, isSent ? 1 : 0, isMeant && !isSent ? 1 : 0, isSent && row.IsPaused))
            {
                break;
            }

            position = row.Key;
            if (isSent)
            {
                reopened.Add((row, ResendNote.ForWholeSchedule(row.Status, row.AttemptCount, before: null)));
            }
        }

        await ReopenAsync(transaction, request.TenantId, reopened, turn.Now).ConfigureAwait(false);
        return (position, rows.Count == turn.ScanLimit);
    }

    /// <summary>Those that have not succeeded, and those of an endpoint, have an index each, which has the order of the log too.</summary>
    internal NpgsqlBatchCommand CreateStatement(ReplayWindow window, DeliveryStatus status, int limit)
    {
        var statement = SqlExtensions.Statement(string.Empty)
            .WithText(window.Request.TenantId)
            .WithKey(window.After)
            .WithKey(window.End)
            .WithInt(limit);
        var filter = "WHERE tenant_id = $1 AND key > $2 AND key < $3";
        if (status != DeliveryStatus.Succeeded)
        {
            filter += $" AND status = {(int)status}";
        }
        else if (window.Request.EndpointId is { } endpointId)
        {
            filter += " AND endpoint_id = $5";
            statement.WithText(endpointId);
        }

        return statement.WithSql(database.Sql($"{SelectSql}{filter} ORDER BY key LIMIT $4{JoinSql}"));
    }

    internal NpgsqlBatchCommand CreateStatement(string tenantId, List<(EndedRow Row, ResendNote Note)> rows, DateTimeOffset now) =>
        SqlExtensions.Statement(_reopen)
            .WithText(tenantId)
            .WithKeys(rows, static row => row.Row.Key)
            .WithArray(NpgsqlTypes.NpgsqlDbType.Bigint, rows, static row => row.Row.EndpointSeq)
            .WithTexts(rows, static row => row.Note.ToString())
            .WithKey(rows[0].Row.Key)
            .WithKey(rows[^1].Row.Key)
            .WithTimes(rows, row => row.Row.DeliverAt > now ? row.Row.DeliverAt : now)
            .WithTimesOrNone(rows, static row => row.Row.ExpiresAt)
            .WithFlagsOrNone(rows, static row => row.Row.IsAtMostOnce ? true : null);

    internal NpgsqlBatchCommand CreateGetResendIdStatement(string tenantId, Guid key) =>
        SqlExtensions.Statement(_getResendId).WithText(tenantId).WithKey(key).WithText(NameOf(key));

    internal NpgsqlBatchCommand CreateSetResendIdStatement(string tenantId, Guid messageKey, Guid key, string resendId) =>
        SqlExtensions.Statement(_setResendId).WithText(tenantId).WithKey(messageKey).WithText(NameOf(key)).WithText(resendId);

    private static string NameOf(Guid key) => key.ToString("N");

    private async Task<ResendResult> ResendAsync(
        ReplayTransaction transaction, string tenantId, Guid key, DateTimeOffset now, string resendId)
    {
        var found = await transaction.ReadAsync(
            CreateGetResendIdStatement(tenantId, key), static row => (MessageKey: row.GetGuid(0), ResendId: row.NullableText(1))).ConfigureAwait(false);
        if (found is not [var (messageKey, known)])
        {
            return ResendResult.NotFound;
        }

        if (string.Equals(known, resendId, StringComparison.Ordinal))
        {
            return ResendResult.Repeated;
        }

        var result = await ResendAsync(transaction, tenantId, key, now).ConfigureAwait(false);
        if (result is ResendResult.Resent or ResendResult.Underway)
        {
            await transaction.ReadAsync(
                CreateSetResendIdStatement(tenantId, messageKey, key, resendId), static _ => 0).ConfigureAwait(false);
        }

        return result;
    }

    private async Task<ResendResult> ResendAsync(ReplayTransaction transaction, string tenantId, Guid key, DateTimeOffset now)
    {
        var pending = await transaction.ReadAsync(
            SqlExtensions.Statement(_getPending).WithText(tenantId).WithKey(key), PendingRow.Read).ConfigureAwait(false);
        if (pending is [var waiting])
        {
            return await ResendPendingAsync(transaction, tenantId, key, waiting, now).ConfigureAwait(false);
        }

        var ended = await transaction.ReadAsync(
            SqlExtensions.Statement(_one).WithText(tenantId).WithKey(key), EndedRow.Read).ConfigureAwait(false);
        switch (ended)
        {
            case [] or [{ HasPayload: null }]:
                return ResendResult.NotFound;
            case [{ HasPayload: false }]:
                return ResendResult.PayloadRemoved;
            case [{ EndpointStatus: null }]:
                return ResendResult.EndpointGone;
            case [{ EndpointStatus: not 0 }]:
                return ResendResult.EndpointDisabled;
            case [{ DeliverAt: var deliverAt }] when deliverAt > now:
                return ResendResult.NotYet;
            case [{ ExpiresAt: var expiresAt }] when expiresAt <= now:
                return ResendResult.Expired;
            default:
                var note = ResendNote.ForOneAttempt(
                    ended[0].Status, ended[0].AttemptCount, dueAt: null, before: null, ended[0].CancelReason);
                await ReopenAsync(transaction, tenantId, [(ended[0], note)], now).ConfigureAwait(false);
                return ResendResult.Resent;
        }
    }

    private async Task<ResendResult> ResendPendingAsync(
        ReplayTransaction transaction, string tenantId, Guid key, PendingRow pending, DateTimeOffset now)
    {
        if (pending.EndpointStatus is not 0)
        {
            return pending.EndpointStatus is null ? ResendResult.EndpointGone : ResendResult.EndpointDisabled;
        }

        if (pending.IsLeased || pending.DueAt is null || pending.DueAt <= now)
        {
            return ResendResult.Underway;
        }

        if (pending.DeliverAt > now)
        {
            return ResendResult.NotYet;
        }

        if (pending.ExpiresAt <= now)
        {
            return ResendResult.Expired;
        }

        var note = ResendNote.ForOneAttempt(
            DeliveryStatus.Pending, pending.AttemptCount, pending.DueAt, ResendNote.Read(pending.Resend), cancelReason: null);
        await transaction.ReadAsync(
            SqlExtensions.Statement(_updatePending).WithText(tenantId).WithKey(key).WithTime(now).WithText(note.ToString()),
            static _ => 0).ConfigureAwait(false);
        return ResendResult.Resent;
    }

    private async Task ReopenAsync(
        ReplayTransaction transaction, string tenantId, List<(EndedRow Row, ResendNote Note)> rows, DateTimeOffset now)
    {
        if (rows.Count > 0)
        {
            await transaction.ReadAsync(CreateStatement(tenantId, rows, now), static _ => 0).ConfigureAwait(false);
        }
    }

    private sealed record PendingRow(
        int AttemptCount,
        DateTimeOffset? DueAt,
        bool IsLeased,
        string? Resend,
        int? EndpointStatus,
        DateTimeOffset? ExpiresAt,
        DateTimeOffset? DeliverAt)
    {
        public static PendingRow Read(NpgsqlDataReader row) => new(
            row.GetInt32(0),
            row.NullableTime(1),
            !row.IsDBNull(2),
            row.NullableText(3),
            row.IsDBNull(4) ? null : row.GetInt16(4),
            row.NullableTime(5),
            row.NullableTime(6));
    }
}
