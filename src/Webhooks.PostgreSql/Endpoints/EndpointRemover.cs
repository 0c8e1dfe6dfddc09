using Webhooks.Dispatching;
using Webhooks.PostgreSql.Connections;
using Webhooks.PostgreSql.Messages;
using Webhooks.PostgreSql.Notifications;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.PostgreSql.Endpoints;

/// <summary>
/// Removes endpoints. The endpoint goes first and at once; its pending deliveries are canceled in portions, so that a large
/// backlog holds no lock for long. What an append in the same moment adds, or what is left when this is broken off, is
/// canceled by the claims that meet it.
/// </summary>
internal sealed class EndpointRemover(PostgreSqlDatabase database, Announcements announcements)
{
    private const int Portion = 5_000;

    private const string DeleteSql =
        """
        WITH deleted AS (
          DELETE FROM {schema}.endpoints WHERE tenant_id = $1 AND id = $2 AND ($5::bigint IS NULL OR version = $5) RETURNING seq
        ),
        unsubscribed AS (
          DELETE FROM {schema}.subscriptions WHERE tenant_id = $1 AND endpoint_id = $2 AND EXISTS (SELECT 1 FROM deleted)
        ),
        unlimited AS (
          DELETE FROM {schema}.rates WHERE tenant_id = $1 AND endpoint_id = $2 AND EXISTS (SELECT 1 FROM deleted)
        )
        SELECT seq, pg_notify($3::text, $4::text) FROM deleted
        """;

    private const string CancelSql =
        """
        WITH canceled AS (
          DELETE FROM {schema}.pending
          WHERE tenant_id = $1 AND key = ANY(ARRAY(
            SELECT key FROM {schema}.pending WHERE endpoint_seq = $2 ORDER BY key LIMIT $3))
          RETURNING *
        )
        INSERT INTO {schema}.deliveries (key, tenant_id, message_key, message_id, endpoint_id, event_type, status, attempt_count,
          created_at, completed_at, last_status_code, last_error, last_duration, cancel_reason)
        SELECT key, tenant_id, message_key, message_id, endpoint_id, event_type, 3, attempt_count, created_at, $4, last_status_code,
          last_error, last_duration, $5
        FROM canceled
        """;

    private const string FindSql = "SELECT seq FROM {schema}.endpoints WHERE tenant_id = $1 AND id = $2";

    private readonly string _find = database.Sql(FindSql);
    private readonly string _delete = database.Sql(DeleteSql);
    private readonly string _cancel = database.Sql(CancelSql);

    public async Task<bool> DeleteAsync(
        EndpointKey key, long? expectedVersion, DateTimeOffset now, WebhookMessage? announcement, CancellationToken cancellationToken)
    {
        var delete = SqlExtensions.Statement(_delete)
            .WithText(key.TenantId)
            .WithText(key.EndpointId)
            .WithText(database.Channel)
            .WithText(Notification.ForChangeOf(key))
            .With(NpgsqlTypes.NpgsqlDbType.Bigint, expectedVersion);
        var deleted = await announcements
            .ReadAsync(announcement, delete, static row => row.GetInt64(0), cancellationToken).ConfigureAwait(false);
        if (deleted is not [var seq])
        {
            return false;
        }

        while (await CancelAsync(key, seq, Portion, now, CancelReason.EndpointDeleted, cancellationToken).ConfigureAwait(false) > 0)
        {
        }

        return true;
    }

    /// <summary>Cancels some of the pending deliveries of an endpoint that stays.</summary>
    public async Task<int> CancelPendingAsync(EndpointKey key, DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        var find = SqlExtensions.Statement(_find).WithText(key.TenantId).WithText(key.EndpointId);
        return await database.ReadAsync(find, static row => row.GetInt64(0), cancellationToken).ConfigureAwait(false) is [var seq]
            ? await CancelAsync(key, seq, limit, now, CancelReason.Dropped, cancellationToken).ConfigureAwait(false)
            : 0;
    }

    private Task<int> CancelAsync(
        EndpointKey key, long seq, int limit, DateTimeOffset now, CancelReason reason, CancellationToken cancellationToken) =>
        database.ExecuteAsync(
            SqlExtensions.Statement(_cancel)
                .WithText(key.TenantId)
                .With(NpgsqlTypes.NpgsqlDbType.Bigint, seq)
                .WithInt(limit)
                .WithTime(now)
                .WithInt((int)reason),
            cancellationToken);
}
