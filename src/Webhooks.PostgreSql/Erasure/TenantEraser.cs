using Npgsql;
using Webhooks.PostgreSql.Connections;
using Webhooks.PostgreSql.Notifications;
using Webhooks.Storage;

namespace Webhooks.PostgreSql.Erasure;

/// <summary>
/// Erases tenants, table by table, each statement a transaction of its own. Every table has a key that starts with the tenant. What is
/// written in the same moment, by an append or an outcome, is met in the next round.
/// </summary>
internal sealed class TenantEraser(PostgreSqlDatabase database)
{
    private const string EndpointsSql =
        """
        WITH erased AS (
          DELETE FROM {schema}.endpoints
          WHERE ctid = ANY(ARRAY(SELECT ctid FROM {schema}.endpoints WHERE tenant_id = $1 ORDER BY id LIMIT $2))
          RETURNING 1
        )
        SELECT count(*), (SELECT pg_notify($3::text, $4::text) FROM erased LIMIT 1) FROM erased
        """;

    /// <summary>Of a table that is not partitioned: rows by their place, so that no other is looked at.</summary>
    private const string PlainSql =
        """
        WITH erased AS (
          DELETE FROM {schema}.{table}
          WHERE ctid = ANY(ARRAY(SELECT ctid FROM {schema}.{table} WHERE tenant_id = $1 ORDER BY {order} LIMIT $2))
          RETURNING 1
        )
        SELECT count(*) FROM erased
        """;

    /// <summary>Of a partitioned table: up to a key, so that partitions without such keys are not looked at.</summary>
    private const string BoundSql =
        "SELECT {key} FROM {schema}.{table} WHERE tenant_id = $1 ORDER BY {key} OFFSET $2 - 1 LIMIT 1";

    private const string PartitionedSql =
        """
        WITH erased AS (DELETE FROM {schema}.{table} WHERE tenant_id = $1 AND {key} <= $2 RETURNING 1)
        SELECT count(*) FROM erased
        """;

    private const string CountSql =
        """
        SELECT
          (SELECT count(*) FROM {schema}.endpoints WHERE tenant_id = $1),
          (SELECT count(*) FROM {schema}.messages WHERE tenant_id = $1),
          (SELECT count(*) FROM {schema}.pending WHERE tenant_id = $1) + (SELECT count(*) FROM {schema}.deliveries WHERE tenant_id = $1),
          (SELECT count(*) FROM {schema}.attempts WHERE tenant_id = $1),
          (SELECT count(*) FROM {schema}.replays WHERE tenant_id = $1),
          (SELECT count(*) FROM {schema}.message_ids WHERE tenant_id = $1) + (SELECT count(*) FROM {schema}.subscriptions WHERE tenant_id = $1),
          (SELECT count(*) FROM {schema}.rates WHERE tenant_id = $1)
        """;

    private static readonly Guid LastKey = new("ffffffff-ffff-ffff-ffff-ffffffffffff");

    private readonly string _endpoints = database.Sql(EndpointsSql);
    private readonly string _count = database.Sql(CountSql);

    /// <summary>Erases some of what a tenant has.</summary>
    public Task<TenantRows> EraseAsync(string tenantId, int limit, CancellationToken cancellationToken) => database.RunOnSessionAsync(
        async (session, cancellation) =>
        {
            var batch = new Batch(this, session.Connection, tenantId, limit, cancellation);
            return new TenantRows
            {
                Replays = await batch.ErasePlainAsync("replays", "seq").ConfigureAwait(false),
                Endpoints = await batch.EraseEndpointsAsync().ConfigureAwait(false),
                Ids = await batch.ErasePlainAsync("subscriptions", "pattern").ConfigureAwait(false)
                    + await batch.ErasePlainAsync("message_ids", "kind").ConfigureAwait(false),
                Deliveries = await batch.ErasePlainAsync("pending", "key").ConfigureAwait(false)
                    + await batch.ErasePartitionedAsync("deliveries", "key").ConfigureAwait(false),
                Messages = await batch.ErasePartitionedAsync("messages", "key").ConfigureAwait(false),
                Attempts = await batch.ErasePartitionedAsync("attempts", "delivery_key").ConfigureAwait(false),
                RateLimits = await batch.ErasePlainAsync("rates", "endpoint_id").ConfigureAwait(false),
            };
        },
        cancellationToken);

    public async Task<TenantRows> CountAsync(string tenantId, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(
            SqlExtensions.Statement(_count).WithText(tenantId),
            static row => new TenantRows
            {
                Endpoints = row.GetInt64(0),
                Messages = row.GetInt64(1),
                Deliveries = row.GetInt64(2),
                Attempts = row.GetInt64(3),
                Replays = row.GetInt64(4),
                Ids = row.GetInt64(5),
                RateLimits = row.GetInt64(6),
            },
            cancellationToken).ConfigureAwait(false);
        return rows[0];
    }

    internal NpgsqlBatchCommand CreateEndpointsStatement(string tenantId, int limit) => SqlExtensions.Statement(_endpoints)
        .WithText(tenantId)
        .WithInt(limit)
        .WithText(database.Channel)
        .WithText(Notification.ForErasureOf(tenantId, messageId: null));

    internal NpgsqlBatchCommand CreatePlainStatement(string table, string order, string tenantId, int limit) =>
        Statement(PlainSql.Replace("{order}", order, StringComparison.Ordinal), table).WithText(tenantId).WithInt(limit);

    internal NpgsqlBatchCommand CreateBoundStatement(string table, string key, string tenantId, int limit) =>
        Statement(BoundSql.Replace("{key}", key, StringComparison.Ordinal), table).WithText(tenantId).WithInt(limit);

    internal NpgsqlBatchCommand CreatePartitionedStatement(string table, string key, string tenantId, Guid last) =>
        Statement(PartitionedSql.Replace("{key}", key, StringComparison.Ordinal), table).WithText(tenantId).WithKey(last);

    private NpgsqlBatchCommand Statement(string sql, string table) =>
        SqlExtensions.Statement(database.Sql(sql.Replace("{table}", table, StringComparison.Ordinal)));

    /// <summary>A round through the tables.</summary>
    private sealed class Batch(
        TenantEraser eraser, NpgsqlConnection connection, string tenantId, int limit, CancellationToken cancellationToken)
    {
        public Task<long> EraseEndpointsAsync() => CountAsync(eraser.CreateEndpointsStatement(tenantId, limit));

        public Task<long> ErasePlainAsync(string table, string order) =>
            CountAsync(eraser.CreatePlainStatement(table, order, tenantId, limit));

        public async Task<long> ErasePartitionedAsync(string table, string key)
        {
            var bound = await ReadAsync(eraser.CreateBoundStatement(table, key, tenantId, limit), static row => row.GetGuid(0)).ConfigureAwait(false);
            return await CountAsync(eraser.CreatePartitionedStatement(table, key, tenantId, bound is [var last] ? last : LastKey)).ConfigureAwait(false);
        }

        private async Task<long> CountAsync(NpgsqlBatchCommand statement) =>
            (await ReadAsync(statement, static row => row.GetInt64(0)).ConfigureAwait(false))[0];

        private Task<List<T>> ReadAsync<T>(NpgsqlBatchCommand statement, Func<NpgsqlDataReader, T> read) =>
            eraser.ReadAsync(connection, statement, read, cancellationToken);
    }

    private Task<List<T>> ReadAsync<T>(
        NpgsqlConnection connection, NpgsqlBatchCommand statement, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken) =>
        database.ReadAsync(connection, transaction: null, statement, read, cancellationToken);
}
