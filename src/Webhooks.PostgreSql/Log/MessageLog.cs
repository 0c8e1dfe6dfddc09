using Npgsql;
using Webhooks.PostgreSql.Connections;
using Webhooks.PostgreSql.Messages;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.PostgreSql.Log;

/// <summary>Reads messages for people.</summary>
internal sealed class MessageLog(PostgreSqlDatabase database)
{
    private const string ListName = "messages";

    private const string FindSql =
        """
        SELECT key FROM {schema}.messages WHERE tenant_id = $1 AND key = $2 AND id IS NULL
        UNION ALL
        SELECT message_key FROM {schema}.message_ids WHERE tenant_id = $1 AND kind = 0 AND value = $3
        LIMIT 1
        """;

    private const string GetSql =
        $$"""SELECT {{MessageReader.Columns}} FROM {schema}.messages m WHERE m.tenant_id = $1 AND m.key = $2""";

    private const string ListSql =
        $$"""
        SELECT {{MessageReader.Columns}}
        FROM {schema}.messages m
        WHERE m.tenant_id = $1 AND m.key < $2 AND m.key >= $3 AND m.created_at >= $4 AND m.created_at < $5
          AND ($6::text IS NULL OR m.event_type = $6)
        ORDER BY m.key DESC
        LIMIT $7
        """;

    private readonly string _find = database.Sql(FindSql);
    private readonly string _get = database.Sql(GetSql);
    private readonly string _list = database.Sql(ListSql);

    /// <summary>Finds the key of a message.</summary>
    /// <returns>Null when the tenant has none of this id.</returns>
    public async Task<Guid?> FindKeyAsync(string tenantId, string messageId, CancellationToken cancellationToken)
    {
        var hasKey = WebhookIdGenerator.TryDecode(MessageKey.Prefix, messageId, out var key);
        var statement = SqlExtensions.Statement(_find).WithText(tenantId).WithKey(hasKey ? key : null).WithText(messageId);
        var found = await database.ReadAsync(statement, static row => row.GetGuid(0), cancellationToken).ConfigureAwait(false);
        return found is [var first] ? first : null;
    }

    public async Task<WebhookMessage?> GetAsync(string tenantId, string messageId, CancellationToken cancellationToken)
    {
        if (await FindKeyAsync(tenantId, messageId, cancellationToken).ConfigureAwait(false) is not { } key)
        {
            return null;
        }

        var statement = SqlExtensions.Statement(_get).WithText(tenantId).WithKey(key);
        var found = await database.ReadAsync(statement, MessageReader.Read, cancellationToken).ConfigureAwait(false);
        return found is [var message] ? message : null;
    }

    public async Task<Page<WebhookMessage>> ListAsync(MessageQuery query, CancellationToken cancellationToken)
    {
        var window = KeyWindow.Of(ListName, query.Cursor, query.Since, query.Until);
        var statement = window.AddTo(SqlExtensions.Statement(_list).WithText(query.TenantId))
            .WithText(query.EventType)
            .WithInt(query.Limit + 1);
        var rows = await database.ReadAsync(statement, Read, cancellationToken).ConfigureAwait(false);
        return KeyWindow.ToPage(ListName, rows, query.Limit);
    }

    private static (Guid Key, WebhookMessage Message) Read(NpgsqlDataReader row) => (row.GetGuid(0), MessageReader.Read(row));
}
