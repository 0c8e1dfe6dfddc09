using Npgsql;
using NpgsqlTypes;
using Webhooks.Dispatching;
using Webhooks.PostgreSql.Connections;
using Webhooks.PostgreSql.Messages;
using Webhooks.PostgreSql.Partitions;
using Webhooks.Storage;

namespace Webhooks.PostgreSql.Deliveries;

/// <summary>Ends leases. Every change is fenced: a lease is named by its owner and the number of its attempt.</summary>
internal sealed class OutcomeWriter(PostgreSqlDatabase database, PartitionMaker partitions)
{
    /// <summary>
    /// Rows are looked up one by one and changed by their place (ctid): neither is ever planned as a scan. A row that somebody
    /// else changed in the same moment is checked against the fence as it is then. Those that end ($13) and those that are
    /// tried again ($14) are changed apart.
    /// </summary>
    private const string CompleteSql =
        """
        WITH outcome AS MATERIALIZED (
          SELECT * FROM unnest($2::text[], $3::uuid[], $4::int[], $5::int[], $6::timestamptz[], $7::text[], $8::timestamptz[], $9::int[],
            $10::int[], $11::int[], $12::text[], $15::bool[], $16::bytea[]) WITH ORDINALITY
            AS o(tenant_id, key, number, status, retry_at, id, started_at, duration, status_code, error, error_message, is_truncated,
              response, ord)
        ),
        ended AS (
          DELETE FROM {schema}.pending p
          USING outcome o
          WHERE p.ctid = ANY(ARRAY(
              SELECT f.place FROM unnest($13::uuid[]) AS k(key)
              CROSS JOIN LATERAL (SELECT ctid AS place FROM {schema}.pending WHERE key = k.key OFFSET 0) AS f))
            AND p.owner = $1
            AND o.key = p.key AND o.tenant_id = p.tenant_id AND o.number = p.attempt_count + 1
          RETURNING o.ord, p.key, p.tenant_id, p.message_key, p.message_id, p.endpoint_id, p.event_type, p.created_at
        ),
        retried AS (
          UPDATE {schema}.pending p
          SET attempt_count = o.number, due_at = o.retry_at, owner = NULL, last_status_code = o.status_code,
            last_error = o.error, last_duration = o.duration
          FROM outcome o
          WHERE p.ctid = ANY(ARRAY(
              SELECT f.place FROM unnest($14::uuid[]) AS k(key)
              CROSS JOIN LATERAL (SELECT ctid AS place FROM {schema}.pending WHERE key = k.key OFFSET 0) AS f))
            AND p.owner = $1
            AND o.key = p.key AND o.tenant_id = p.tenant_id AND o.number = p.attempt_count + 1
          RETURNING o.ord
        ),
        history AS (
          INSERT INTO {schema}.deliveries (key, tenant_id, message_key, message_id, endpoint_id, event_type, status, attempt_count,
            created_at, completed_at, last_status_code, last_error, last_duration)
          SELECT e.key, e.tenant_id, e.message_key, e.message_id, e.endpoint_id, e.event_type, o.status, o.number,
            e.created_at, o.started_at + o.duration * interval '1 millisecond', o.status_code, o.error, o.duration
          FROM ended e
          JOIN outcome o ON o.ord = e.ord
        ),
        effective AS (SELECT ord FROM ended UNION ALL SELECT ord FROM retried),
        logged AS (
          INSERT INTO {schema}.attempts (tenant_id, delivery_key, number, id, started_at, duration, status_code, error, error_message,
            is_truncated, response)
          SELECT o.tenant_id, o.key, o.number, o.id, o.started_at, o.duration, o.status_code, o.error, o.error_message,
            o.is_truncated, o.response
          FROM effective e
          JOIN outcome o ON o.ord = e.ord
        )
        SELECT ord::int - 1 FROM effective
        """;

    private const string ReleaseSql =
        """
        UPDATE {schema}.pending p
        SET due_at = r.due_at, owner = NULL
        FROM unnest($2::text[], $3::uuid[], $4::int[], $5::timestamptz[]) AS r(tenant_id, key, number, due_at)
        WHERE p.ctid = ANY(ARRAY(
            SELECT f.place FROM unnest($3::uuid[]) AS k(key)
            CROSS JOIN LATERAL (SELECT ctid AS place FROM {schema}.pending WHERE key = k.key OFFSET 0) AS f))
          AND p.owner = $1
          AND r.key = p.key AND r.tenant_id = p.tenant_id AND r.number = p.attempt_count + 1
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

        return database.ExecuteAsync(CreateStatement(owner, keyed), cancellationToken);
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
            .WithInts(outcomes, static outcome => outcome.Attempt.Number)
            .WithInts(outcomes, static outcome => (int)outcome.Outcome.Status)
            .WithTimes(outcomes, static outcome => outcome.Outcome.RetryAt)
            .WithTexts(outcomes, static outcome => StorableText.From(outcome.Attempt.Id))
            .WithTimes(outcomes, static outcome => outcome.Attempt.StartedAt)
            .WithInts(outcomes, static outcome => (int)outcome.Attempt.Duration.TotalMilliseconds)
            .WithInts(outcomes, static outcome => outcome.Attempt.StatusCode)
            .WithInts(outcomes, static outcome => (int)outcome.Attempt.Error)
            .WithTexts(outcomes, static outcome => StorableText.From(outcome.Attempt.ErrorMessage))
            .WithKeys(outcomes.FindAll(static outcome => !outcome.IsRetry), static outcome => outcome.Key)
            .WithKeys(outcomes.FindAll(static outcome => outcome.IsRetry), static outcome => outcome.Key)
            .WithArray(NpgsqlDbType.Boolean, outcomes, static outcome => outcome.Attempt.IsResponseTruncated)
            .WithArray(
                NpgsqlDbType.Bytea,
                outcomes,
                static outcome => outcome.Attempt.ResponseExcerpt.IsEmpty ? null : outcome.Attempt.ResponseExcerpt.ToArray());

    private async Task<List<int>> WriteAsync(string owner, List<KeyedOutcome> outcomes, CancellationToken cancellationToken)
    {
        try
        {
            return await database.ReadAsync(
                CreateStatement(owner, outcomes), static row => row.GetInt32(0), cancellationToken).ConfigureAwait(false);
        }
        catch (WebhookStoreException exception) when (PostgreSqlErrors.IsWithoutPartition(exception.InnerException!))
        {
            partitions.Forget();
            await partitions.EnsureAsync(outcomes.Select(static outcome => KeyTime.Of(outcome.Key)), cancellationToken)
                .ConfigureAwait(false);
            return await database.ReadAsync(
                CreateStatement(owner, outcomes), static row => row.GetInt32(0), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>An outcome with its delivery's key, and its place in the call.</summary>
    internal sealed record KeyedOutcome(int Index, Guid Key, DeliveryOutcome Outcome)
    {
        public DeliveryAttempt Attempt => Outcome.Attempt;

        public bool IsRetry => Outcome.Status == DeliveryStatus.Pending;
    }
}
