using Npgsql;
using Webhooks.Dispatching;
using Webhooks.PostgreSql.Connections;
using Webhooks.PostgreSql.Messages;
using Webhooks.Storage;

namespace Webhooks.PostgreSql.Log;

/// <summary>Reads attempts for people.</summary>
internal sealed class AttemptLog(PostgreSqlDatabase database, MessageLog messages)
{
    private const string ListName = "attempts";

    private const string Columns =
        "delivery_key, number, id, started_at, duration, status_code, error, error_message, is_truncated, response";

    private const string ListSql =
        $$"""
        SELECT {{Columns}}
        FROM {schema}.attempts
        WHERE tenant_id = $1 AND delivery_key = $2 AND number > $3
        ORDER BY number
        LIMIT $4
        """;

    /// <summary>
    /// A message's deliveries are a range of keys, which another's of the same moment can be in too. The range stands wherever keys are looked
    /// for: without it PostgreSQL may read all that the tenant has pending, to look the keys up in it.
    /// </summary>
    private const string ListOfMessageSql =
        $$"""
        SELECT {{Columns}}
        FROM {schema}.attempts a
        WHERE a.tenant_id = $1 AND a.delivery_key >= $2 AND a.delivery_key <= $3 AND (a.delivery_key, a.number) > ($4, $5)
          AND (EXISTS (SELECT FROM {schema}.pending p
              WHERE p.tenant_id = $1 AND p.key >= $2 AND p.key <= $3 AND p.key = a.delivery_key AND p.message_key = $6)
            OR EXISTS (SELECT FROM {schema}.deliveries d
              WHERE d.tenant_id = $1 AND d.key >= $2 AND d.key <= $3 AND d.key = a.delivery_key AND d.message_key = $6))
        ORDER BY a.delivery_key, a.number
        LIMIT $7
        """;

    private readonly string _list = database.Sql(ListSql);
    private readonly string _listOfMessage = database.Sql(ListOfMessageSql);

    public async Task<Page<DeliveryAttempt>> ListAsync(AttemptQuery query, CancellationToken cancellationToken)
    {
        var after = query.Cursor is null ? default : PageCursor.Decode<AttemptPosition>(ListName, query.Cursor);
        var statement = query.MessageId is { } messageId
            ? await CreateStatementAsync(query, messageId, after, cancellationToken).ConfigureAwait(false)
            : CreateStatement(query, query.DeliveryId!, after);
        if (statement is null)
        {
            return new Page<DeliveryAttempt>([], NextCursor: null);
        }

        var attempts = await database.ReadAsync(
            statement, row => (new AttemptPosition(row.GetGuid(0), row.GetInt32(1)), Read(row, query.TenantId)), cancellationToken).ConfigureAwait(false);
        return new Page<DeliveryAttempt>(
            [.. attempts.Take(query.Limit).Select(static row => row.Item2)],
            attempts.Count > query.Limit ? PageCursor.Encode(ListName, attempts[query.Limit - 1].Item1) : null);
    }

    private NpgsqlBatchCommand? CreateStatement(AttemptQuery query, string deliveryId, AttemptPosition after) =>
        WebhookIdGenerator.TryDecode(DeliveryKey.Prefix, deliveryId, out var key)
            ? SqlExtensions.Statement(_list).WithText(query.TenantId).WithKey(key).WithInt(after.Number).WithInt(query.Limit + 1)
            : null;

    private async Task<NpgsqlBatchCommand?> CreateStatementAsync(
        AttemptQuery query, string messageId, AttemptPosition after, CancellationToken cancellationToken)
    {
        return await messages.FindKeyAsync(query.TenantId, messageId, cancellationToken).ConfigureAwait(false) is { } message
            ? CreateStatement(query, message, after)
            : null;
    }

    internal NpgsqlBatchCommand CreateStatement(AttemptQuery query, Guid message, AttemptPosition after)
    {
        var (first, last) = DeliveryKey.RangeOf(message);
        return SqlExtensions.Statement(_listOfMessage)
            .WithText(query.TenantId)
            .WithKey(first)
            .WithKey(last)
            .WithKey(after.DeliveryKey)
            .WithInt(after.Number)
            .WithKey(message)
            .WithInt(query.Limit + 1);
    }

    private static DeliveryAttempt Read(NpgsqlDataReader row, string tenantId) => new()
    {
        TenantId = tenantId,
        DeliveryId = WebhookIdGenerator.Encode(DeliveryKey.Prefix, row.GetGuid(0)),
        Number = row.GetInt32(1),
        Id = row.GetString(2),
        StartedAt = row.Time(3),
        Duration = TimeSpan.FromMilliseconds(row.GetInt32(4)),
        StatusCode = row.NullableInt(5),
        Error = (AttemptError)row.GetInt16(6),
        ErrorMessage = row.NullableText(7),
        IsResponseTruncated = row.GetBoolean(8),
        ResponseExcerpt = row.Bytes(9),
    };
}
