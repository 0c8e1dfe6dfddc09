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
    /// <summary>
    /// Rows are looked up one by one and changed by their place (ctid): neither is ever planned as a scan. A row that somebody
    /// else changed in the same moment is checked against the fence as it is then. What is changed carries all that history
    /// needs along, so that nothing is joined.
    /// </summary>
    private const string CompleteSql =
        """
        WITH outcome AS MATERIALIZED (
          SELECT o.*, p.place
          FROM unnest($2::text[], $3::uuid[], $4::int[], $5::int[], $6::timestamptz[], $7::text[], $8::timestamptz[], $9::int[],
            $10::int[], $11::int[], $12::text[], $13::bool[], $14::bytea[], $15::int[]) WITH ORDINALITY
            AS o(tenant_id, key, number, status, retry_at, id, started_at, duration, status_code, error, error_message, is_truncated,
              response, cancel_reason, ord)
          CROSS JOIN LATERAL (
            SELECT p.ctid AS place FROM {schema}.pending p WHERE p.key = o.key AND p.tenant_id = o.tenant_id OFFSET 0) AS p
        ),
        ended AS (
          DELETE FROM {schema}.pending p
          USING outcome o
          WHERE p.ctid = o.place AND o.status <> 0 AND p.owner = $1 AND p.attempt_count = o.number - 1
          RETURNING o.ord, o.tenant_id, o.key, o.number, o.id, o.started_at, o.duration, o.status_code, o.error, o.error_message,
            o.is_truncated, o.response, o.status, o.cancel_reason, p.message_key, p.message_id, p.endpoint_id, p.event_type, p.created_at
        ),
        retried AS (
          UPDATE {schema}.pending p
          SET attempt_count = o.number, due_at = o.retry_at, owner = NULL, last_status_code = o.status_code,
            last_error = o.error, last_duration = o.duration
          FROM outcome o
          WHERE p.ctid = o.place AND o.status = 0 AND p.owner = $1 AND p.attempt_count = o.number - 1
          RETURNING o.ord, o.tenant_id, o.key, o.number, o.id, o.started_at, o.duration, o.status_code, o.error, o.error_message,
            o.is_truncated, o.response
        ),
        history AS (
          INSERT INTO {schema}.deliveries (key, tenant_id, message_key, message_id, endpoint_id, event_type, status, attempt_count,
            created_at, completed_at, last_status_code, last_error, last_duration, cancel_reason)
          SELECT key, tenant_id, message_key, message_id, endpoint_id, event_type, status, number,
            created_at, started_at + duration * interval '1 millisecond', status_code, error, duration, cancel_reason
          FROM ended
        ),
        logged AS (
          INSERT INTO {schema}.attempts (tenant_id, delivery_key, number, id, started_at, duration, status_code, error, error_message,
            is_truncated, response)
          SELECT tenant_id, key, number, id, started_at, duration, status_code, error, error_message, is_truncated, response FROM ended
          UNION ALL
          SELECT tenant_id, key, number, id, started_at, duration, status_code, error, error_message, is_truncated, response FROM retried
        )
        SELECT ARRAY(SELECT ord::int - 1 FROM ended UNION ALL SELECT ord::int - 1 FROM retried)
        """;

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

    private readonly string _complete = database.Sql(CompleteSql);
    private readonly string _release = database.Sql(ReleaseSql);

    public async Task<IReadOnlyList<bool>> CompleteAsync(
        string owner, IReadOnlyList<DeliveryOutcome> outcomes, CancellationToken cancellationToken)
    {
        var keyed = new List<KeyedOutcome>(outcomes.Count);
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
        SqlExtensions.Statement(_release)
            .WithText(owner)
            .WithTexts(releases, static release => release.Release.Delivery.Message.TenantId)
            .WithKeys(releases, static release => release.Key)
            .WithInts(releases, static release => release.Release.Delivery.AttemptNumber)
            .WithTimes(releases, static release => release.Release.DueAt);

    internal NpgsqlBatchCommand CreateStatement(string owner, List<KeyedOutcome> outcomes) =>
        SqlExtensions.Statement(_complete)
            .WithText(owner)
            .WithTexts(outcomes, static outcome => outcome.Attempt.TenantId)
            .WithKeys(outcomes, static outcome => outcome.Key)
            .WithArray(NpgsqlDbType.Integer, outcomes, static outcome => outcome.Attempt.Number)
            .WithArray(NpgsqlDbType.Integer, outcomes, static outcome => (int)outcome.Outcome.Status)
            .WithTimes(outcomes, static outcome => outcome.Outcome.RetryAt)
            .WithTexts(outcomes, static outcome => StorableText.From(outcome.Attempt.Id))
            .WithArray(NpgsqlDbType.TimestampTz, outcomes, static outcome => outcome.Attempt.StartedAt.UtcDateTime)
            .WithArray(NpgsqlDbType.Integer, outcomes, static outcome => (int)outcome.Attempt.Duration.TotalMilliseconds)
            .WithInts(outcomes, static outcome => outcome.Attempt.StatusCode)
            .WithArray(NpgsqlDbType.Integer, outcomes, static outcome => (int)outcome.Attempt.Error)
            .WithTexts(outcomes, static outcome => StorableText.From(outcome.Attempt.ErrorMessage))
            .WithArray(NpgsqlDbType.Boolean, outcomes, static outcome => outcome.Attempt.IsResponseTruncated)
            .WithArray(
                NpgsqlDbType.Bytea,
                outcomes,
                static outcome => outcome.Attempt.ResponseExcerpt.IsEmpty ? null : outcome.Attempt.ResponseExcerpt.ToArray())
            .WithInts(outcomes, static outcome => (int?)outcome.Outcome.CancelReason);

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
