using System.Runtime.InteropServices;
using Npgsql;
using Webhooks.PostgreSql.Connections;

namespace Webhooks.PostgreSql.Messages;

/// <summary>Finds the messages that messages which could not be stored are duplicates of.</summary>
internal sealed class DuplicateLookup(PostgreSqlDatabase database)
{
    private const string FindSql =
        """
        SELECT i.ord::int - 1, first.message_key, first.message_id, m.delivery_count
        FROM unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::uuid[]) WITH ORDINALITY
          AS i(tenant_id, key, id, event_id, meant_key, ord)
        CROSS JOIN LATERAL (
          SELECT n.message_key, n.message_id FROM {schema}.message_ids n
          WHERE n.tenant_id = i.tenant_id AND n.kind = 0 AND n.value = i.id
          UNION ALL
          SELECT n.message_key, n.message_id FROM {schema}.message_ids n
          WHERE n.tenant_id = i.tenant_id AND n.kind = 1 AND n.value = i.event_id
          UNION ALL
          SELECT m.key, m.id FROM {schema}.messages m WHERE m.tenant_id = i.tenant_id AND m.key IN (i.key, i.meant_key)
          LIMIT 1) AS first
        LEFT JOIN LATERAL (
          SELECT m.delivery_count FROM {schema}.messages m
          WHERE m.tenant_id = i.tenant_id AND m.key = first.message_key OFFSET 0) AS m ON true
        """;

    /// <summary>A message that was stored by a try whose answer was lost has leases that nobody knows of.</summary>
    private const string FreeLeasesSql =
        """
        WITH freed AS (
          UPDATE {schema}.pending
          SET due_at = created_at, owner = NULL
          WHERE tenant_id = ANY($6) AND key >= $3 AND key <= $4 AND message_key = ANY($2) AND owner = $1 AND attempt_count = 0
          RETURNING key
        )
        SELECT pg_notify($5::text, 'due') FROM freed LIMIT 1
        """;

    /// <summary>
    /// One name of a message was taken here, and with the other somebody else was faster: the first is free again.
    /// </summary>
    private const string FreeNamesSql =
        """
        DELETE FROM {schema}.message_ids n
        WHERE n.message_key = ANY($1)
          AND NOT EXISTS (SELECT 1 FROM {schema}.messages m WHERE m.tenant_id = n.tenant_id AND m.key = n.message_key)
        """;

    private readonly string _find = database.Sql(FindSql);
    private readonly string _freeLeases = database.Sql(FreeLeasesSql);
    private readonly string _freeNames = database.Sql(FreeNamesSql);

    /// <summary>Finds the firsts.</summary>
    /// <returns>By position in <paramref name="messages"/>; one that has no first is missing.</returns>
    public async Task<Dictionary<int, First>> FindAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction? transaction,
        IReadOnlyList<NewMessage> messages,
        CancellationToken cancellationToken)
    {
        var statement = SqlExtensions.Statement(_find)
            .WithTexts(messages, static message => message.Message.TenantId)
            .WithKeys(messages, static message => message.Key)
            .WithTexts(messages, static message => message.OwnId)
            .WithTexts(messages, static message => message.Message.EventId)
            .WithKeys(messages, static message => MeantKey(message));
        var rows = await database.ReadAsync(connection, transaction, statement, First.Read, cancellationToken).ConfigureAwait(false);
        return rows.ToDictionary(static row => row.Position);
    }

    public Task FreeLeasesAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction? transaction,
        string owner,
        IReadOnlyList<(string TenantId, Guid Key)> messages,
        CancellationToken cancellationToken)
    {
        var ranges = messages.Select(static message => DeliveryKey.RangeOf(message.Key)).ToList();
        var statement = SqlExtensions.Statement(_freeLeases)
            .WithText(owner)
            .WithKeys(messages, static message => message.Key)
            .WithKey(ranges.Select(static range => range.First).Min())
            .WithKey(ranges.Select(static range => range.Last).Max())
            .WithText(database.Channel)
            .WithTexts([.. messages.Select(static message => message.TenantId).Distinct(StringComparer.Ordinal)], static tenant => tenant);
        return database.ReadAsync(connection, transaction, statement, static _ => 0, cancellationToken);
    }

    public Task FreeNamesAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction transaction,
        IReadOnlyList<Guid> messageKeys,
        CancellationToken cancellationToken) =>
        database.ReadAsync(
            connection,
            transaction,
            SqlExtensions.Statement(_freeNames).WithKeys(messageKeys, static key => key),
            static _ => 0,
            cancellationToken);

    /// <summary>
    /// The key that an id of the library's own form stands for, also where it is too old to be the key of a new message: its
    /// first message may be there under it.
    /// </summary>
    private static Guid MeantKey(NewMessage message) =>
        message.OwnId is not null && WebhookIdGenerator.TryDecode(MessageKey.Prefix, message.OwnId, out var key) ? key : message.Key;

    /// <summary>The first message of an id or event id.</summary>
    [StructLayout(LayoutKind.Auto)]
    public readonly record struct First(int Position, Guid Key, string Id, int DeliveryCount)
    {
        public static First Read(NpgsqlDataReader row) => new(
            row.GetInt32(0),
            row.GetGuid(1),
            MessageKey.ToId(row.NullableText(2), row.GetGuid(1)),
            row.NullableInt(3) ?? 0);
    }
}
