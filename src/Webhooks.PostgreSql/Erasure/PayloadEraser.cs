using Webhooks.Dispatching;
using Webhooks.PostgreSql.Connections;
using Webhooks.PostgreSql.Log;
using Webhooks.PostgreSql.Messages;
using Webhooks.PostgreSql.Notifications;
using Webhooks.PostgreSql.Replay;
using Webhooks.PostgreSql.Retention;
using Webhooks.Storage;

namespace Webhooks.PostgreSql.Erasure;

/// <summary>Erases the payload of one message.</summary>
internal sealed class PayloadEraser(PostgreSqlDatabase database, MessageLog log, PayloadPruner pruner)
{
    private const string LookSql =
        "SELECT octet_length(payload) > 0 FROM {schema}.messages WHERE tenant_id = $1 AND key = $2 FOR UPDATE";

    private const string CancelSql =
        """
        WITH canceled AS (
          DELETE FROM {schema}.pending
          WHERE tenant_id = $1 AND message_key = $2 AND key >= $3 AND key <= $4
          RETURNING *
        ),
        history AS (
          INSERT INTO {schema}.deliveries (key, tenant_id, message_key, message_id, endpoint_id, event_type, status, attempt_count,
            created_at, completed_at, last_status_code, last_error, last_duration, cancel_reason)
          SELECT key, tenant_id, message_key, message_id, endpoint_id, event_type, 3, attempt_count, created_at, $5, last_status_code,
            last_error, last_duration, $6
          FROM canceled
        )
        SELECT count(*)::int FROM canceled
        """;

    private readonly string _look = database.Sql(LookSql);
    private readonly string _cancel = database.Sql(CancelSql);

    public async Task<PayloadErasure?> EraseAsync(
        string tenantId, string messageId, DateTimeOffset now, CancellationToken cancellationToken) =>
        await log.FindKeyAsync(tenantId, messageId, cancellationToken).ConfigureAwait(false) is { } key
            ? await ReplayTransaction.RunAsync(
                database, transaction => EraseAsync(transaction, tenantId, key, messageId, now), cancellationToken).ConfigureAwait(false)
            : null;

    private async Task<PayloadErasure?> EraseAsync(
        ReplayTransaction transaction, string tenantId, Guid key, string messageId, DateTimeOffset now)
    {
        // No replay makes a delivery pending meanwhile.
        await ReplayLocks.TakeAsync(transaction, tenantId).ConfigureAwait(false);
        var looked = await transaction.ReadAsync(
            SqlExtensions.Statement(_look).WithText(tenantId).WithKey(key), static row => row.GetBoolean(0)).ConfigureAwait(false);
        if (looked is not [var hadPayload])
        {
            return null;
        }

        // The queue first, in a statement of its own: an outcome that is being recorded is waited for, and its attempt seen after it.
        var (first, last) = DeliveryKey.RangeOf(key);
        var canceled = await transaction.ReadAsync(
            SqlExtensions.Statement(_cancel)
                .WithText(tenantId)
                .WithKey(key)
                .WithKey(first)
                .WithKey(last)
                .WithTime(now)
                .WithInt((int)CancelReason.PayloadErased),
            static row => row.GetInt32(0)).ConfigureAwait(false);
        List<PayloadPruner.DueMessage> message = [new(tenantId, key, now, IsPending: false)];
        var excerpts = await transaction.ReadAsync(pruner.CreateRemoveExcerptsStatement(message), static _ => 0).ConfigureAwait(false);
        await transaction.ReadAsync(pruner.CreateRemoveStatement(message), static _ => 0).ConfigureAwait(false);
        await transaction.ReadAsync(
            SqlExtensions.Statement("SELECT pg_notify($1, $2)")
                .WithText(database.Channel)
                .WithText(Notification.ForErasureOf(tenantId, messageId)),
            static _ => 0).ConfigureAwait(false);
        return new PayloadErasure(hadPayload, excerpts.Count, canceled[0]);
    }
}
