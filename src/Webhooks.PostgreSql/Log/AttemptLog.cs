using Webhooks.Dispatching;
using Webhooks.PostgreSql.Connections;
using Webhooks.PostgreSql.Messages;
using Webhooks.Storage;

namespace Webhooks.PostgreSql.Log;

/// <summary>Reads attempts for people.</summary>
internal sealed class AttemptLog(PostgreSqlDatabase database)
{
    private const string ListName = "attempts";

    private const string ListSql =
        """
        SELECT number, id, started_at, duration, status_code, error, error_message, is_truncated, response
        FROM {schema}.attempts
        WHERE tenant_id = $1 AND delivery_key = $2 AND number > $3
        ORDER BY number
        LIMIT $4
        """;

    private readonly string _list = database.Sql(ListSql);

    public async Task<Page<DeliveryAttempt>> ListAsync(AttemptQuery query, CancellationToken cancellationToken)
    {
        var after = query.Cursor is null ? 0 : PageCursor.Decode<int>(ListName, query.Cursor);
        if (!WebhookIdGenerator.TryDecode(DeliveryKey.Prefix, query.DeliveryId, out var key))
        {
            return new Page<DeliveryAttempt>([], NextCursor: null);
        }

        var statement = SqlExtensions.Statement(_list)
            .WithText(query.TenantId)
            .WithKey(key)
            .WithInt(after)
            .WithInt(query.Limit + 1);
        var attempts = await database.ReadAsync(
            statement,
            row => new DeliveryAttempt
            {
                TenantId = query.TenantId,
                DeliveryId = query.DeliveryId,
                Number = row.GetInt32(0),
                Id = row.GetString(1),
                StartedAt = row.Time(2),
                Duration = TimeSpan.FromMilliseconds(row.GetInt32(3)),
                StatusCode = row.NullableInt(4),
                Error = (AttemptError)row.GetInt16(5),
                ErrorMessage = row.NullableText(6),
                IsResponseTruncated = row.GetBoolean(7),
                ResponseExcerpt = row.Bytes(8),
            },
            cancellationToken).ConfigureAwait(false);
        return new Page<DeliveryAttempt>(
            [.. attempts.Take(query.Limit)],
            attempts.Count > query.Limit ? PageCursor.Encode(ListName, attempts[query.Limit - 1].Number) : null);
    }
}
