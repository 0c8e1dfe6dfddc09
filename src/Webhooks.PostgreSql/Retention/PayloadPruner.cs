using System.Runtime.InteropServices;
using Npgsql;
using Webhooks.PostgreSql.Connections;
using Webhooks.PostgreSql.Messages;
using Webhooks.Storage;

namespace Webhooks.PostgreSql.Retention;

/// <summary>Removes payloads, and the excerpts of responses, which may repeat them. One instance does it at a time.</summary>
internal sealed class PayloadPruner(PostgreSqlDatabase database)
{
    /// <summary>Each partition has an index of its own, which holds the messages that have such a time and no others.</summary>
    private const string DueSql =
        """
        SELECT m.tenant_id, m.key, m.created_at, EXISTS (
          SELECT 1 FROM {schema}.pending p
          WHERE p.tenant_id = m.tenant_id AND p.message_key = m.key
            AND p.key >= (left(m.key::text, 18) || repeat('0', 16))::uuid AND p.key <= (left(m.key::text, 18) || repeat('f', 16))::uuid)
        FROM {schema}.messages m
        WHERE m.payload_kept_until <= $1
        ORDER BY m.payload_kept_until
        LIMIT $2
        """;

    private const string PostponeSql =
        """
        UPDATE {schema}.messages m
        SET payload_kept_until = i.time
        FROM unnest($1::text[], $2::uuid[], $3::timestamptz[]) AS i(tenant_id, key, time)
        WHERE m.tenant_id = i.tenant_id AND m.key = i.key AND m.key >= $4 AND m.key <= $5
        """;

    /// <summary>The bounds tell PostgreSQL which partitions to look into, which it cannot tell from an array.</summary>
    private const string RemoveSql =
        """
        UPDATE {schema}.messages m
        SET payload = '', payload_kept_until = NULL
        FROM unnest($1::text[], $2::uuid[]) AS i(tenant_id, key)
        WHERE m.tenant_id = i.tenant_id AND m.key = i.key AND m.key >= $3 AND m.key <= $4
        """;

    private const string RemoveExcerptsSql =
        """
        WITH delivery AS MATERIALIZED (
          SELECT i.tenant_id, d.key
          FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::uuid[]) AS i(tenant_id, key, first, last)
          CROSS JOIN LATERAL (
            SELECT d.key FROM {schema}.deliveries d
            WHERE d.tenant_id = i.tenant_id AND d.key >= i.first AND d.key <= i.last AND d.message_key = i.key
              AND d.key >= $5 AND d.key <= $6 OFFSET 0) AS d
        )
        UPDATE {schema}.attempts a
        SET response = NULL, is_truncated = true
        FROM delivery d
        WHERE a.tenant_id = d.tenant_id AND a.delivery_key = d.key AND a.delivery_key >= $5 AND a.delivery_key <= $6
          AND a.response IS NOT NULL
        RETURNING 1
        """;

    private readonly string _due = database.Sql(DueSql);
    private readonly string _postpone = database.Sql(PostponeSql);
    private readonly string _remove = database.Sql(RemoveSql);
    private readonly string _removeExcerpts = database.Sql(RemoveExcerptsSql);

    /// <summary>Removes what is due.</summary>
    /// <returns>How many messages it has looked at.</returns>
    public Task<int> PruneAsync(PayloadPruneRequest request, CancellationToken cancellationToken) => database.RunOnSessionAsync(
        async (session, cancellation) =>
        {
            // The lock keeps replays away, which shall not make a delivery pending while its payload is removed.
            var gate = await SessionLock.TryTakeAsync(database, session.Connection, "retention", cancellation).ConfigureAwait(false);
            if (gate is null)
            {
                return 0;
            }

            await using (gate.ConfigureAwait(false))
            {
                return await PruneAsync(session.Connection, request, cancellation).ConfigureAwait(false);
            }
        },
        cancellationToken);

    internal NpgsqlBatchCommand CreateDueStatement(PayloadPruneRequest request) =>
        SqlExtensions.Statement(_due).WithTime(request.Now).WithInt(request.Limit);

    internal NpgsqlBatchCommand CreatePostponeStatement(List<DueMessage> messages, PayloadPruneRequest request) =>
        SqlExtensions.Statement(_postpone)
            .WithTexts(messages, static message => message.TenantId)
            .WithKeys(messages, static message => message.Key)
            .WithTimes(messages, message => request.NextTime(message.CreatedAt))
            .WithKey(messages.Min(static message => message.Key))
            .WithKey(messages.Max(static message => message.Key));

    internal NpgsqlBatchCommand CreateRemoveStatement(List<DueMessage> messages) => SqlExtensions.Statement(_remove)
        .WithTexts(messages, static message => message.TenantId)
        .WithKeys(messages, static message => message.Key)
        .WithKey(messages.Min(static message => message.Key))
        .WithKey(messages.Max(static message => message.Key));

    internal NpgsqlBatchCommand CreateRemoveExcerptsStatement(List<DueMessage> messages)
    {
        var ranges = messages.ConvertAll(static message => DeliveryKey.RangeOf(message.Key));
        return SqlExtensions.Statement(_removeExcerpts)
            .WithTexts(messages, static message => message.TenantId)
            .WithKeys(messages, static message => message.Key)
            .WithKeys(ranges, static range => range.First)
            .WithKeys(ranges, static range => range.Last)
            .WithKey(ranges.Min(static range => range.First))
            .WithKey(ranges.Max(static range => range.Last));
    }

    private async Task<int> PruneAsync(NpgsqlConnection connection, PayloadPruneRequest request, CancellationToken cancellationToken)
    {
        var due = await database.ReadAsync(
            connection, transaction: null, CreateDueStatement(request), DueMessage.Read, cancellationToken).ConfigureAwait(false);
        if (due.FindAll(static message => message.IsPending) is { Count: > 0 } pending)
        {
            await database.ReadAsync(
                connection, transaction: null, CreatePostponeStatement(pending, request), static _ => 0, cancellationToken).ConfigureAwait(false);
        }

        if (due.FindAll(static message => !message.IsPending) is { Count: > 0 } ended)
        {
            // The excerpts first: what is broken off is found again by the payload's time.
            await database.ReadAsync(
                connection, transaction: null, CreateRemoveExcerptsStatement(ended), static _ => 0, cancellationToken).ConfigureAwait(false);
            await database.ReadAsync(
                connection, transaction: null, CreateRemoveStatement(ended), static _ => 0, cancellationToken).ConfigureAwait(false);
        }

        return due.Count;
    }

    /// <summary>A message whose payload's time has come.</summary>
    [StructLayout(LayoutKind.Auto)]
    internal readonly record struct DueMessage(string TenantId, Guid Key, DateTimeOffset CreatedAt, bool IsPending)
    {
        public static DueMessage Read(NpgsqlDataReader row) => new(row.GetString(0), row.GetGuid(1), row.Time(2), row.GetBoolean(3));
    }
}
