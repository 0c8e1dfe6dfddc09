using Npgsql;
using Webhooks.PostgreSql.Connections;
using Webhooks.PostgreSql.Partitions;
using Webhooks.Storage;

namespace Webhooks.PostgreSql.Retention;

/// <summary>Deletes old rows of one partition, and says whether all of it can go.</summary>
internal sealed class RowPruner(PostgreSqlDatabase database)
{
    private const string IsPendingSql = "SELECT EXISTS (SELECT 1 FROM {schema}.pending WHERE key >= $1 AND key < $2)";

    private const string HasNewerAttemptsSql =
        "SELECT EXISTS (SELECT 1 FROM {schema}.attempts WHERE delivery_key >= $1 AND delivery_key < $2 AND started_at >= $3)";

    /// <summary>The first and last key of a message's deliveries share the first half of its own: 18 characters of text.</summary>
    private const string MessagesSql =
        """
        WITH old AS MATERIALIZED (
          SELECT m.tenant_id, m.key, m.key_range[1] AS first, m.key_range[2] AS last
          FROM (
            SELECT tenant_id, key, created_at,
              ARRAY[left(key::text, 18) || repeat('0', 16), left(key::text, 18) || repeat('f', 16)]::uuid[] AS key_range
            FROM {schema}.messages WHERE key >= $1 AND key < $2) AS m
          WHERE m.created_at < $3
            AND NOT EXISTS (
              SELECT 1 FROM {schema}.pending p
              WHERE p.tenant_id = m.tenant_id AND p.key >= m.key_range[1] AND p.key <= m.key_range[2] AND p.message_key = m.key)
          LIMIT $4
        ),
        removed_deliveries AS (
          DELETE FROM {schema}.deliveries d
          USING old o
          WHERE d.key >= $1 AND d.key < $2
            AND d.tenant_id = o.tenant_id AND d.key >= o.first AND d.key <= o.last AND d.message_key = o.key
          RETURNING d.tenant_id, d.key
        ),
        removed_attempts AS (
          DELETE FROM {schema}.attempts a
          USING removed_deliveries d
          WHERE a.delivery_key >= $1 AND a.delivery_key < $2 AND a.tenant_id = d.tenant_id AND a.delivery_key = d.key
          RETURNING 1
        ),
        removed_ids AS (
          DELETE FROM {schema}.message_ids n USING old o WHERE n.message_key = o.key AND n.tenant_id = o.tenant_id
        ),
        removed_messages AS (
          DELETE FROM {schema}.messages m
          USING old o
          WHERE m.key >= $1 AND m.key < $2 AND m.tenant_id = o.tenant_id AND m.key = o.key
          RETURNING 1
        )
        SELECT (SELECT count(*) FROM removed_messages)::int + (SELECT count(*) FROM removed_attempts)::int
        """;

    private const string AttemptsSql =
        """
        DELETE FROM {schema}.attempts a
        USING (
          SELECT tenant_id, delivery_key, number FROM {schema}.attempts
          WHERE delivery_key >= $1 AND delivery_key < $2 AND started_at < $3
          LIMIT $4) AS old
        WHERE a.delivery_key >= $1 AND a.delivery_key < $2
          AND a.tenant_id = old.tenant_id AND a.delivery_key = old.delivery_key AND a.number = old.number
        """;

    private readonly string _isPending = database.Sql(IsPendingSql);
    private readonly string _hasNewerAttempts = database.Sql(HasNewerAttemptsSql);
    private readonly string _messages = database.Sql(MessagesSql);
    private readonly string _attempts = database.Sql(AttemptsSql);

    /// <summary>Whether nothing that must stay is in a partition that is old by its times.</summary>
    public async Task<bool> CanDropAsync(
        NpgsqlConnection connection, Partition partition, PruneRequest request, CancellationToken cancellationToken)
    {
        if (await IsTrueAsync(connection, Within(_isPending, partition), cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        return partition.Range.EndTime + KeyTime.Slack <= request.MessagesBefore
            || !await IsTrueAsync(
                connection, Within(_hasNewerAttempts, partition).WithTime(request.AttemptsBefore), cancellationToken).ConfigureAwait(false);
    }

    public async Task<int> PruneMessagesAsync(
        NpgsqlConnection connection, Partition partition, DateTimeOffset before, int limit, CancellationToken cancellationToken)
    {
        var statement = Within(_messages, partition).WithTime(before).WithInt(limit);
        return (await database.ReadAsync(
            connection, transaction: null, statement, static row => row.GetInt32(0), cancellationToken).ConfigureAwait(false))[0];
    }

    public async Task<int> PruneAttemptsAsync(
        NpgsqlConnection connection, Partition partition, DateTimeOffset before, int limit, CancellationToken cancellationToken)
    {
        var batch = database.CreateBatch(
            connection, transaction: null, Within(_attempts, partition).WithTime(before).WithInt(limit));
        await using (batch.ConfigureAwait(false))
        {
            return await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static NpgsqlBatchCommand Within(string sql, Partition partition) =>
        SqlExtensions.Statement(sql).WithKey(partition.Range.FirstKey).WithKey(partition.Range.EndKey);

    private async Task<bool> IsTrueAsync(
        NpgsqlConnection connection, NpgsqlBatchCommand statement, CancellationToken cancellationToken) =>
        (await database.ReadAsync(
            connection, transaction: null, statement, static row => row.GetBoolean(0), cancellationToken).ConfigureAwait(false))[0];
}
