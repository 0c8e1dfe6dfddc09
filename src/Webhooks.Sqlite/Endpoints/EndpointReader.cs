using Webhooks.Endpoints;
using Webhooks.Sqlite.Connections;
using Webhooks.Sqlite.Log;
using Webhooks.Storage;

namespace Webhooks.Sqlite.Endpoints;

/// <summary>Reads endpoints.</summary>
internal static class EndpointReader
{
    public const string GetSql =
        """
        SELECT e.seq, n.id, e.tenant_id, e.settings, e.status, e.disabled_reason, e.paused_until, e.version, e.created_at,
          e.updated_at, e.pause_reason, e.failing_since, e.secrets,
          e.secrets_expire_at
        FROM webhook_endpoint_name n
        JOIN webhook_endpoint e ON e.seq = n.seq
        WHERE n.tenant_id = ?1 AND n.id = ?2
        """;

    public const string ListSql =
        """
        SELECT e.seq, n.id, e.tenant_id, e.settings, e.status, e.disabled_reason, e.paused_until, e.version, e.created_at,
          e.updated_at, e.pause_reason, e.failing_since
        FROM webhook_endpoint e
        JOIN webhook_endpoint_name n ON n.seq = e.seq
        WHERE e.tenant_id = ?1 AND (e.created_at, e.seq) < (?2, ?3) AND (?4 IS NULL OR e.status = ?4)
        ORDER BY e.created_at DESC, e.seq DESC
        LIMIT ?5
        """;

    public const string ExpiredSecretsSql =
        """
        SELECT e.tenant_id, n.id
        FROM webhook_endpoint e
        CROSS JOIN webhook_endpoint_name n ON n.seq = e.seq
        WHERE e.secrets_expire_at <= ?1
        ORDER BY e.secrets_expire_at
        LIMIT ?2
        """;

    private const string ListName = "endpoints";

    public static StoredEndpoint? Get(SqliteSession session, EndpointKey key) =>
        session.Prepare(GetSql)
            .Bind(key.TenantId)
            .Bind(key.EndpointId)
            .ReadOne(static row => new StoredEndpoint(ReadEndpoint(row), row.Text(12))
            {
                SecretsExpireAt = row.NullableTime(13),
            });

    public static IReadOnlyList<EndpointKey> FindExpiredSecrets(SqliteSession session, DateTimeOffset now, int limit) =>
        session.Prepare(ExpiredSecretsSql)
            .Bind(now)
            .Bind(limit)
            .Read(static row => new EndpointKey(row.Text(0), row.Text(1)));

    public static Page<WebhookEndpoint> List(SqliteSession session, EndpointQuery query)
    {
        var before = RowPosition.Before(ListName, query.Cursor, until: null);
        var rows = session.Prepare(ListSql)
            .Bind(query.TenantId)
            .Bind(before.CreatedAt)
            .Bind(before.Seq)
            .Bind((long?)query.Status)
            .Bind(query.Limit + 1)
            .Read(static row => (new RowPosition(row.Int64(8), row.Int64(0), 0), ReadEndpoint(row)));
        return RowPosition.ToPage(ListName, rows, query.Limit);
    }

    private static WebhookEndpoint ReadEndpoint(Statement row) => new()
    {
        Id = row.Text(1),
        TenantId = row.Text(2),
        Settings = EndpointDocument.Read(row.Text(3)),
        Status = (EndpointStatus)row.Int32(4),
        DisabledReason = row.NullableText(5),
        PausedUntil = row.NullableTime(6),
        Version = row.Int64(7),
        CreatedAt = row.Time(8),
        UpdatedAt = row.Time(9),
        PauseReason = row.IsNull(6) ? null : (PauseReason)row.Int32(10),
        FailingSince = row.NullableTime(11),
    };
}
