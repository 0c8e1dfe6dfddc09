using System.Runtime.InteropServices;
using Npgsql;
using NpgsqlTypes;
using Webhooks.Dispatching;
using Webhooks.PostgreSql.Connections;
using Webhooks.PostgreSql.Messages;
using Webhooks.PostgreSql.Partitions;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.PostgreSql.Deliveries;

/// <summary>Ends leases. Every change is fenced: a lease is named by its owner and the number of its attempt.</summary>
internal sealed class OutcomeWriter(PostgreSqlDatabase database, PartitionMaker partitions, Announcements announcements)
{
    /// <summary>Where no outcome is a retry.</summary>
    private const string EndSql = OutcomeSql + EndedSql + HistorySql + LogSql + LogEndSql + ResultSql + ResultEndSql;

    private const string CompleteSql =
        OutcomeSql + LineSql + EndedSql + RetriedSql + HistorySql + LogSql + LogRetriedSql + LogEndSql + ResultSql + RetriedResultSql + ResultEndSql;

    /// <summary>
    /// Rows are looked up one by one and changed by their place (ctid): neither is ever planned as a scan. A row that somebody
    /// else changed in the same moment is checked against the fence as it is then. What is changed carries what history
    /// needs of it along, so that nothing is joined; what else an attempt has is taken from the parameters by its number.
    /// </summary>
    private const string OutcomeSql =
        """
        WITH outcome AS MATERIALIZED (
          SELECT o.*, p.place, p.is_ordered, p.endpoint_id, p.endpoint_seq
          FROM unnest($2::text[], $3::uuid[], $4::int[], $5::int[], $6::text[], $11::text[], $13::bytea[]) WITH ORDINALITY
            AS o(tenant_id, key, number, status, id, error_message, response, ord)
          CROSS JOIN LATERAL (
            SELECT p.ctid AS place, p.due_at IS NULL AS is_ordered, p.endpoint_id, p.endpoint_seq
            FROM {schema}.pending p WHERE p.key = o.key AND p.tenant_id = o.tenant_id OFFSET 0) AS p
        ),

        """;

    /// <summary>Endpoints that are paused for a retry are locked before their deliveries, like by claims.</summary>
    private const string LineSql =
        """
        line AS MATERIALIZED (
          SELECT o.ord, o.retry_at, e.tenant_id, e.id, e.seq, e.paused_until IS NULL OR e.pause_reason = 0 OR e.paused_until < o.retry_at AS is_free
          FROM (
            SELECT *, ($15::timestamptz[])[ord] AS retry_at FROM outcome WHERE is_ordered AND status = 0 ORDER BY endpoint_seq OFFSET 0) AS o
          CROSS JOIN LATERAL (
            SELECT e.tenant_id, e.id, e.seq, e.paused_until, e.pause_reason FROM {schema}.endpoints e
            WHERE e.tenant_id = o.tenant_id AND e.id = o.endpoint_id AND e.seq = o.endpoint_seq FOR NO KEY UPDATE) AS e
        ),

        """;

    private const string EndedSql =
        """
        ended AS (
          DELETE FROM {schema}.pending p
          USING outcome o
          WHERE p.ctid = o.place AND o.status <> 0 AND p.owner = $1 AND p.attempt_count = o.number - 1
          RETURNING o.ord, o.tenant_id, o.key, o.number, o.id, o.status, o.error_message, o.response,
            p.message_key, p.message_id, p.endpoint_id, p.event_type, p.created_at
        ),

        """;

    private const string RetriedSql =
        """
        retried AS (
          UPDATE {schema}.pending p
          SET attempt_count = o.number, due_at = CASE WHEN p.due_at IS NULL THEN NULL ELSE ($15::timestamptz[])[o.ord] END, owner = NULL,
            last_status_code = ($9::int[])[o.ord], last_error = ($10::int[])[o.ord], last_duration = ($8::int[])[o.ord],
            sent = coalesce(($16::bytea[])[o.ord], p.sent)
          FROM outcome o
          WHERE p.ctid = o.place AND o.status = 0 AND p.owner = $1 AND p.attempt_count = o.number - 1 AND (SELECT count(*) FROM line) >= 0
          RETURNING o.ord, o.tenant_id, o.key, o.number, o.id, o.error_message, o.response
        ),
        paused AS (
          UPDATE {schema}.endpoints e
          SET paused_until = l.retry_at, paused_by = NULL, pause_reason = 3
          FROM (SELECT l.* FROM line l JOIN retried r ON r.ord = l.ord WHERE l.is_free) AS l
          WHERE e.tenant_id = l.tenant_id AND e.id = l.id AND e.seq = l.seq
        ),

        """;

    private const string HistorySql =
        """
        history AS (
          INSERT INTO {schema}.deliveries (key, tenant_id, message_key, message_id, endpoint_id, event_type, status, attempt_count,
            created_at, completed_at, last_status_code, last_error, last_duration, cancel_reason)
          SELECT key, tenant_id, message_key, message_id, endpoint_id, event_type, status, number, created_at,
            ($7::timestamptz[])[ord] + coalesce(($8::int[])[ord], 0) * interval '1 millisecond', ($9::int[])[ord], ($10::int[])[ord],
            ($8::int[])[ord], ($14::int[])[ord]
          FROM ended
        ),

        """;

    /// <summary>An attempt that nobody knows of has no id and is not logged.</summary>
    private const string LogSql =
        """
        logged AS (
          INSERT INTO {schema}.attempts (tenant_id, delivery_key, number, id, error_message, response, started_at, duration, status_code,
            error, is_truncated)
          SELECT tenant_id, key, number, id, error_message, response, ($7::timestamptz[])[ord], ($8::int[])[ord], ($9::int[])[ord],
            ($10::int[])[ord], coalesce(($12::bool[])[ord], false)
          FROM (
            SELECT ord, tenant_id, key, number, id, error_message, response FROM ended

        """;

    private const string LogRetriedSql =
        """
            UNION ALL
            SELECT ord, tenant_id, key, number, id, error_message, response FROM retried

        """;

    private const string LogEndSql =
        """
          ) AS attempt
          WHERE id IS NOT NULL
        )

        """;

    private const string ResultSql = "SELECT ARRAY(SELECT ord::int - 1 FROM ended";
    private const string RetriedResultSql = " UNION ALL SELECT ord::int - 1 FROM retried";
    private const string ResultEndSql = ")";

    private const string ReleaseSql =
        """
        WITH lease AS MATERIALIZED (
          SELECT l.number, l.due_at, p.place
          FROM unnest($2::text[], $3::uuid[], $4::int[], $5::timestamptz[]) AS l(tenant_id, key, number, due_at)
          CROSS JOIN LATERAL (
            SELECT p.ctid AS place FROM {schema}.pending p WHERE p.key = l.key AND p.tenant_id = l.tenant_id OFFSET 0) AS p
        )
        UPDATE {schema}.pending p
        SET due_at = l.due_at, owner = NULL
        FROM lease l
        WHERE p.ctid = l.place AND p.owner = $1 AND p.attempt_count = l.number - 1
        """;

    /// <summary>With deliveries that are leased in order their endpoints go back, if they are this dispatcher's still.</summary>
    private const string ReleaseInOrderSql =
        """
        WITH lease AS MATERIALIZED (
          SELECT l.number, l.due_at, p.place
          FROM unnest($2::text[], $3::uuid[], $4::int[], $5::timestamptz[]) AS l(tenant_id, key, number, due_at)
          CROSS JOIN LATERAL (
            SELECT p.ctid AS place FROM {schema}.pending p WHERE p.key = l.key AND p.tenant_id = l.tenant_id OFFSET 0) AS p
        ),
        released AS (
          UPDATE {schema}.pending p
          SET due_at = CASE WHEN p.due_at IS NULL THEN NULL ELSE l.due_at END, owner = NULL
          FROM lease l
          WHERE p.ctid = l.place AND p.owner = $1 AND p.attempt_count = l.number - 1
          RETURNING p.tenant_id, p.endpoint_id, p.endpoint_seq, p.due_at, l.due_at AS until
        )
        UPDATE {schema}.endpoints e
        SET paused_until = r.until, paused_by = NULL, pause_reason = 0
        FROM released r
        WHERE r.due_at IS NULL AND e.tenant_id = r.tenant_id AND e.id = r.endpoint_id AND e.seq = r.endpoint_seq AND e.paused_by = $1
        """;

    private readonly string _releaseInOrder = database.Sql(ReleaseInOrderSql);
    private readonly string _complete = database.Sql(CompleteSql);
    private readonly string _end = database.Sql(EndSql);
    private readonly string _release = database.Sql(ReleaseSql);

    public async Task<IReadOnlyList<bool>> CompleteAsync(
        string owner, IReadOnlyList<DeliveryOutcome> outcomes, CancellationToken cancellationToken)
    {
        using var keyed = ReusedList<KeyedOutcome>.Take();
        for (var i = 0; i < outcomes.Count; i++)
        {
            if (WebhookIdGenerator.TryDecode(DeliveryKey.Prefix, outcomes[i].Attempt.DeliveryId, out var key))
            {
                keyed.Add(new KeyedOutcome(i, key, outcomes[i]));
            }
        }

        var results = new bool[outcomes.Count];
        if (keyed.Count > 0)
        {
            foreach (var position in await WriteAsync(owner, keyed, cancellationToken).ConfigureAwait(false))
            {
                results[keyed[position].Index] = true;
            }
        }

        return results;
    }

    public Task ReleaseAsync(string owner, IReadOnlyList<DeliveryRelease> releases, CancellationToken cancellationToken)
    {
        var keyed = new List<(Guid Key, DeliveryRelease Release)>(releases.Count);
        foreach (var release in releases)
        {
            if (WebhookIdGenerator.TryDecode(DeliveryKey.Prefix, release.Delivery.Id, out var key))
            {
                keyed.Add((key, release));
            }
        }

        return database.RunOnSessionAsync(
            (session, cancellation) => session.ReadAsync(transaction: null, CreateStatement(owner, keyed), static _ => 0, cancellation),
            cancellationToken);
    }

    internal NpgsqlBatchCommand CreateStatement(string owner, List<(Guid Key, DeliveryRelease Release)> releases) =>
        SqlExtensions.Statement(releases.Exists(static release => release.Release.Delivery.IsOrdered) ? _releaseInOrder : _release)
            .WithText(owner)
            .WithTexts(releases, static release => release.Release.Delivery.Message.TenantId)
            .WithKeys(releases, static release => release.Key)
            .WithInts(releases, static release => release.Release.Delivery.AttemptNumber)
            .WithTimes(releases, static release => release.Release.DueAt);

    internal NpgsqlBatchCommand CreateStatement(string owner, List<KeyedOutcome> outcomes)
    {
        var hasRetries = outcomes.Exists(static outcome => outcome.Outcome.Status == DeliveryStatus.Pending);
        var statement = SqlExtensions.Statement(hasRetries ? _complete : _end)
            .WithText(owner)
            .WithTexts(outcomes, static outcome => outcome.Attempt.TenantId)
            .WithKeys(outcomes, static outcome => outcome.Key)
            .WithArray(NpgsqlDbType.Integer, outcomes, static outcome => outcome.Attempt.Number)
            .WithArray(NpgsqlDbType.Integer, outcomes, static outcome => (int)outcome.Outcome.Status)
            .WithTexts(outcomes, static outcome => outcome.Outcome.IsAttemptKnown ? StorableText.From(outcome.Attempt.Id) : null)
            .WithArray(NpgsqlDbType.TimestampTz, outcomes, static outcome => outcome.Attempt.StartedAt.UtcDateTime)
            .WithInts(outcomes, static outcome => outcome.Outcome.IsAttemptKnown ? (int)outcome.Attempt.Duration.TotalMilliseconds : null)
            .WithInts(outcomes, static outcome => outcome.Attempt.StatusCode)
            .WithArray(NpgsqlDbType.Integer, outcomes, static outcome => (int)outcome.Attempt.Error)
            .WithTextsOrNone(outcomes, static outcome => StorableText.From(outcome.Attempt.ErrorMessage))
            .WithFlagsOrNone(outcomes, static outcome => outcome.Attempt.IsResponseTruncated ? true : null)
            .WithArrayOrNone(
                NpgsqlDbType.Bytea, outcomes, static outcome => outcome.Attempt.ResponseExcerpt.IsEmpty ? null : outcome.Attempt.ResponseExcerpt.ToArray())
            .WithArrayOrNone(NpgsqlDbType.Integer, outcomes, static outcome => (int?)outcome.Outcome.CancelReason);
        return hasRetries
            ? statement
                .WithTimes(outcomes, static outcome => outcome.Outcome.RetryAt)
                .WithArrayOrNone(NpgsqlDbType.Bytea, outcomes, static outcome => outcome.Outcome.Sent?.ToBytes())
            : statement;
    }

    private async Task<int[]> WriteAsync(string owner, List<KeyedOutcome> outcomes, CancellationToken cancellationToken)
    {
        try
        {
            return await CompleteOnceAsync(owner, outcomes, cancellationToken).ConfigureAwait(false);
        }
        catch (WebhookStoreException exception) when (PostgreSqlErrors.IsWithoutPartition(exception.InnerException!))
        {
            partitions.Forget();
            await partitions.EnsureAsync(outcomes.Select(static outcome => KeyTime.Of(outcome.Key)), cancellationToken)
                .ConfigureAwait(false);
            return await CompleteOnceAsync(owner, outcomes, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<int[]> CompleteOnceAsync(string owner, List<KeyedOutcome> outcomes, CancellationToken cancellationToken)
    {
        var rows = await database.RunOnSessionAsync(
            (session, cancellation) => outcomes.Exists(static outcome => outcome.Outcome.Announcement is not null)
                ? CompleteAnnouncedAsync(session, owner, outcomes, cancellation)
                : CompleteAsync(session, transaction: null, owner, outcomes, cancellation),
            cancellationToken).ConfigureAwait(false);
        return rows[0];
    }

    private Task<List<int[]>> CompleteAsync(
        Session session, NpgsqlTransaction? transaction, string owner, List<KeyedOutcome> outcomes, CancellationToken cancellationToken) =>
        session.ReadAsync(
            transaction, CreateStatement(owner, outcomes), static row => row.GetFieldValue<int[]>(0), cancellationToken);

    private Task<List<int[]>> CompleteAnnouncedAsync(
        Session session, string owner, List<KeyedOutcome> outcomes, CancellationToken cancellationToken) =>
        announcements.RunAsync(
            session.Connection,
            [.. outcomes.Select(static outcome => outcome.Outcome.Announcement).OfType<WebhookMessage>()],
            transaction => CompleteAsync(session, transaction, owner, outcomes, cancellationToken),
            rows => [.. rows[0].Order().Select(position => outcomes[position].Outcome.Announcement).OfType<WebhookMessage>()],
            cancellationToken);

    /// <summary>An outcome with its delivery's key, and its place in the call.</summary>
    [StructLayout(LayoutKind.Auto)]
    internal readonly record struct KeyedOutcome(int Index, Guid Key, DeliveryOutcome Outcome)
    {
        public DeliveryAttempt Attempt => Outcome.Attempt;
    }
}
