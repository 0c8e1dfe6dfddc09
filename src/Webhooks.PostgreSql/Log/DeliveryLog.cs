using Npgsql;
using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.PostgreSql.Connections;
using Webhooks.PostgreSql.Messages;
using Webhooks.Storage;

namespace Webhooks.PostgreSql.Log;

/// <summary>Reads deliveries for people: those that are pending and those that have ended, as one list.</summary>
internal sealed class DeliveryLog(PostgreSqlDatabase database, MessageLog messages)
{
    private const string ListName = "deliveries";

    private const string PendingSql =
        """
        SELECT key, tenant_id, message_key, message_id, endpoint_id, event_type, 0::smallint AS status, attempt_count, created_at,
          CASE WHEN owner IS NULL THEN due_at END AS next_attempt_at, NULL::timestamptz AS completed_at, last_status_code, last_error,
          last_duration,
          (SELECT e.status FROM {schema}.endpoints e
           WHERE e.tenant_id = p.tenant_id AND e.id = p.endpoint_id AND e.seq = p.endpoint_seq) AS endpoint_status,
          NULL::smallint AS cancel_reason, CASE WHEN owner IS NOT NULL THEN due_at END AS lease_until
        FROM {schema}.pending p
        """;

    private const string EndedSql =
        """
        SELECT key, tenant_id, message_key, message_id, endpoint_id, event_type, status, attempt_count, created_at, NULL::timestamptz,
          completed_at, last_status_code, last_error, last_duration, NULL::smallint, cancel_reason, NULL::timestamptz
        FROM {schema}.deliveries
        """;

    private static readonly string CountSql =
        $$"""
        SELECT count(*) FILTER (WHERE status = 0), count(*) FILTER (WHERE status = 1), count(*) FILTER (WHERE status = 2),
          count(*) FILTER (WHERE status = 3)
        FROM (
          (SELECT key, 0::smallint AS status
           FROM {schema}.pending
           WHERE {{IsPendingFor("$7")}} AND key < $2 AND key >= $3 AND created_at >= $4 AND created_at < $5
           ORDER BY key DESC
           LIMIT $6)
          UNION ALL
          (SELECT key, status
           FROM {schema}.deliveries
           WHERE tenant_id = $1 AND key < $2 AND key >= $3 AND created_at >= $4 AND created_at < $5 AND endpoint_id = $7
           ORDER BY key DESC
           LIMIT $6)
          ORDER BY key DESC
          LIMIT $6
        ) counted
        """;

    private readonly string _count = database.Sql(CountSql);

    private readonly string _get = database.Sql(
        $"{PendingSql} WHERE tenant_id = $1 AND key = $2 UNION ALL {EndedSql} WHERE tenant_id = $1 AND key = $2");

    public async Task<WebhookDelivery?> GetAsync(string tenantId, string deliveryId, CancellationToken cancellationToken)
    {
        if (!WebhookIdGenerator.TryDecode(DeliveryKey.Prefix, deliveryId, out var key))
        {
            return null;
        }

        var statement = SqlExtensions.Statement(_get).WithText(tenantId).WithKey(key);
        var found = await database.ReadAsync(statement, Read, cancellationToken).ConfigureAwait(false);
        return found is [var delivery] ? delivery : null;
    }

    public async Task<Page<WebhookDelivery>> ListAsync(DeliveryQuery query, CancellationToken cancellationToken)
    {
        var window = KeyWindow.Of(ListName, query.Cursor, query.Since, query.Until);
        Guid? messageKey = null;
        if (query.MessageId is { } messageId)
        {
            messageKey = await messages.FindKeyAsync(query.TenantId, messageId, cancellationToken).ConfigureAwait(false);
            if (messageKey is null)
            {
                return new Page<WebhookDelivery>([], NextCursor: null);
            }
        }

        var rows = await database.ReadInOrderAsync(
            CreateStatement(query, window, messageKey), static row => (row.GetGuid(0), Read(row)), cancellationToken).ConfigureAwait(false);
        return KeyWindow.ToPage(ListName, rows, query.Limit);
    }

    public async Task<DeliveryCounts> CountAsync(DeliveryCountQuery query, CancellationToken cancellationToken)
    {
        var counts = await database.ReadInOrderAsync(
            CreateStatement(query),
            row => DeliveryCounts.Create(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), query.Limit),
            cancellationToken).ConfigureAwait(false);
        return counts[0];
    }

    internal NpgsqlBatchCommand CreateStatement(DeliveryCountQuery query) =>
        KeyWindow.Of(ListName, cursor: null, query.Since, query.Until)
            .AddTo(SqlExtensions.Statement(_count).WithText(query.TenantId))
            .WithInt(query.Limit)
            .WithText(query.EndpointId);

    /// <summary>Makes the statement of a page. Filters that are not asked for are left out, so that the plan is that of the others.</summary>
    internal NpgsqlBatchCommand CreateStatement(DeliveryQuery query, KeyWindow window, Guid? messageKey)
    {
        var statement = window.AddTo(SqlExtensions.Statement(string.Empty).WithText(query.TenantId)).WithInt(query.Limit + 1);
        var filter = "key < $2 AND key >= $3 AND created_at >= $4 AND created_at < $5";
        if (messageKey is { } message)
        {
            var (first, last) = DeliveryKey.RangeOf(message);
            filter += $" AND key >= {Next(statement.WithKey(first))} AND key <= {Next(statement.WithKey(last))}"
                + $" AND message_key = {Next(statement.WithKey(message))}";
        }

        if (query.EventType is { } eventType)
        {
            filter += $" AND event_type = {Next(statement.WithText(eventType))}";
        }

        var (pending, ended) = ("tenant_id = $1", "tenant_id = $1");
        if (query.EndpointId is { } endpointId)
        {
            var id = Next(statement.WithText(endpointId));
            (pending, ended) = (IsPendingFor(id), $"{ended} AND endpoint_id = {id}");
        }

        ended = query.Status is { } status ? $"{ended} AND status = {(int)status}" : ended;
        pending = $"({PendingSql} WHERE {pending} AND {filter} ORDER BY key DESC LIMIT $6)";
        ended = $"({EndedSql} WHERE {ended} AND {filter} ORDER BY key DESC LIMIT $6)";
        var sql = query.Status switch
        {
            null => $"{pending} UNION ALL {ended} ORDER BY key DESC LIMIT $6",
            DeliveryStatus.Pending => pending,
            _ => ended,
        };
        return statement.WithSql(database.Sql(sql));
    }

    /// <summary>
    /// That a delivery waits for an endpoint of the tenant. Nothing is asked of the tenant beside: as long as there are no statistics, all that
    /// it has pending would seem as little as that of an endpoint.
    /// </summary>
    private static string IsPendingFor(string endpoint) =>
        $"endpoint_seq = (SELECT seq FROM {{schema}}.endpoints WHERE tenant_id = $1 AND id = {endpoint})";

    private static string Next(NpgsqlBatchCommand statement) => $"${statement.Parameters.Count}";

    private static WebhookDelivery Read(NpgsqlDataReader row) => new()
    {
        Id = WebhookIdGenerator.Encode(DeliveryKey.Prefix, row.GetGuid(0)),
        TenantId = row.GetString(1),
        MessageId = MessageKey.ToId(row.NullableText(3), row.GetGuid(2)),
        EndpointId = row.GetString(4),
        EventType = row.GetString(5),
        Status = (DeliveryStatus)row.GetInt16(6),
        AttemptCount = row.GetInt32(7),
        CreatedAt = row.Time(8),
        NextAttemptAt = row.NullableTime(9),
        LeaseUntil = row.NullableTime(16),
        CompletedAt = row.NullableTime(10),
        CancelReason = row.IsDBNull(15) ? null : (CancelReason)row.GetInt16(15),
        LastStatusCode = row.NullableInt(11),
        LastError = row.IsDBNull(12) ? null : (AttemptError)row.GetInt16(12),
        IsEndpointDisabled = !row.IsDBNull(14) && row.GetInt16(14) == (int)EndpointStatus.Disabled,
        LastDuration = row.NullableInt(13) is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null,
    };
}
