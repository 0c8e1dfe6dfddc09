using Npgsql;
using NpgsqlTypes;
using Webhooks.Endpoints;
using Webhooks.PostgreSql.Connections;
using Webhooks.PostgreSql.Messages;
using Webhooks.PostgreSql.Notifications;
using Webhooks.Storage;

namespace Webhooks.PostgreSql.Endpoints;

/// <summary>Reads and writes endpoints. Every change is told to all instances when it is committed.</summary>
internal sealed class EndpointTable(PostgreSqlDatabase database, Announcements announcements)
{
    private const string ListName = "endpoints";

    private const string Columns =
        "tenant_id, id, seq, version, status, disabled_reason, paused_until, created_at, updated_at, settings, pause_reason, failing_since";

    private const string InsertSql =
        """
        WITH inserted AS (
          INSERT INTO {schema}.endpoints (tenant_id, id, version, status, disabled_reason, created_at, updated_at, channels, settings, secrets,
            secrets_expire_at, is_ordered)
          VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $12, $13)
          ON CONFLICT DO NOTHING
          RETURNING tenant_id, id
        )
        INSERT INTO {schema}.subscriptions (tenant_id, pattern, endpoint_id)
        SELECT DISTINCT i.tenant_id, p.pattern, i.id FROM inserted i CROSS JOIN unnest($11::text[]) AS p(pattern)
        RETURNING true
        """;

    private const string GetSql = $$"""SELECT {{Columns}}, secrets, secrets_expire_at FROM {schema}.endpoints WHERE tenant_id = $1 AND id = $2""";

    private const string ListSql =
        $$"""
        SELECT {{Columns}} FROM {schema}.endpoints
        WHERE tenant_id = $1 AND seq < $2 AND ($3::int IS NULL OR status = $3::int)
        ORDER BY seq DESC
        LIMIT $4
        """;

    private const string ReplaceSql =
        """
        WITH replaced AS (
          UPDATE {schema}.endpoints
          SET version = $3, status = $4, disabled_reason = $5, created_at = $6, updated_at = $7, channels = $8, settings = $9, secrets = $10,
            secrets_expire_at = $12, is_ordered = $13,
            paused_until = CASE WHEN status <> 0 AND $4 = 0 AND (NOT $13 OR paused_by IS NULL) THEN $7 ELSE paused_until END,
            paused_by = CASE WHEN status <> 0 AND $4 = 0 AND NOT $13 THEN NULL ELSE paused_by END,
            pause_reason = CASE WHEN status <> 0 AND $4 = 0 THEN 0 ELSE pause_reason END,
            failing_since = CASE WHEN status <> 0 AND $4 = 0 THEN NULL ELSE failing_since END
          WHERE tenant_id = $1 AND id = $2 AND version = $14
          RETURNING tenant_id, id
        ),
        unsubscribed AS (
          DELETE FROM {schema}.subscriptions s
          USING replaced r
          WHERE s.tenant_id = $1 AND s.endpoint_id = $2 AND s.pattern <> ALL($11::text[])
        ),
        subscribed AS (
          INSERT INTO {schema}.subscriptions (tenant_id, pattern, endpoint_id)
          SELECT DISTINCT r.tenant_id, p.pattern, r.id FROM replaced r CROSS JOIN unnest($11::text[]) AS p(pattern)
          ON CONFLICT DO NOTHING
        )
        SELECT pg_notify($15::text, $16::text) FROM replaced
        """;

    private const string ExpiredSecretsSql =
        "SELECT tenant_id, id FROM {schema}.endpoints WHERE secrets_expire_at <= $1 ORDER BY secrets_expire_at LIMIT $2";

    /// <summary>Of a pause that stops all attempts, every instance is told: it may have deliveries of the endpoint in memory.</summary>
    private const string PauseSql =
        """
        WITH paused AS (
          UPDATE {schema}.endpoints SET paused_until = $3, paused_by = $4, pause_reason = $5
          WHERE tenant_id = $1 AND id = $2 AND ($8::bigint IS NULL OR version = $8)
            AND (paused_until IS NULL OR pause_reason = 0 OR ($5 <> 0 AND paused_until < $3))
            AND (NOT is_ordered OR $5 <> 0 OR paused_by IS NULL OR paused_by IS NOT DISTINCT FROM $4)
          RETURNING id
        )
        SELECT CASE WHEN $5 <> 0 THEN pg_notify($6::text, $7::text) END FROM paused
        """;

    /// <summary>Where it is new, every instance is told: the next success of any of them has to take it back.</summary>
    private const string MarkFailingSql =
        """
        WITH marked AS (
          UPDATE {schema}.endpoints e
          SET failing_since = m.failing_since
          FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[]) AS m(tenant_id, id, failing_since, notification)
          WHERE e.tenant_id = m.tenant_id AND e.id = m.id AND (e.failing_since IS NULL) <> (m.failing_since IS NULL)
          RETURNING m.failing_since, m.notification
        )
        SELECT pg_notify($5::text, notification) FROM marked WHERE failing_since IS NOT NULL
        """;

    private readonly string _insert = database.Sql(InsertSql);
    private readonly string _get = database.Sql(GetSql);
    private readonly string _list = database.Sql(ListSql);
    private readonly string _replace = database.Sql(ReplaceSql);
    private readonly string _expiredSecrets = database.Sql(ExpiredSecretsSql);
    private readonly string _pause = database.Sql(PauseSql);
    private readonly string _markFailing = database.Sql(MarkFailingSql);

    public async Task<bool> InsertAsync(StoredEndpoint endpoint, CancellationToken cancellationToken)
    {
        var statement = WithEndpoint(SqlExtensions.Statement(_insert), endpoint);
        var inserted = await announcements
            .ReadAsync(endpoint.Announcement, statement, static _ => true, cancellationToken).ConfigureAwait(false);
        return inserted.Count > 0;
    }

    public async Task<StoredEndpoint?> GetAsync(EndpointKey key, CancellationToken cancellationToken)
    {
        var statement = SqlExtensions.Statement(_get).WithText(key.TenantId).WithText(key.EndpointId);
        var found = await database.ReadAsync(
            statement,
            static row => new StoredEndpoint(Read(row), row.GetString(12)) { SecretsExpireAt = row.NullableTime(13) },
            cancellationToken).ConfigureAwait(false);
        return found is [var endpoint] ? endpoint : null;
    }

    public async Task<Page<WebhookEndpoint>> ListAsync(EndpointQuery query, CancellationToken cancellationToken)
    {
        var statement = SqlExtensions.Statement(_list)
            .WithText(query.TenantId)
            .With(NpgsqlDbType.Bigint, query.Cursor is null ? long.MaxValue : PageCursor.Decode<long>(ListName, query.Cursor))
            .WithInt((int?)query.Status)
            .WithInt(query.Limit + 1);
        var rows = await database.ReadAsync(
            statement, static row => (Seq: row.GetInt64(2), Endpoint: Read(row)), cancellationToken).ConfigureAwait(false);
        return new Page<WebhookEndpoint>(
            [.. rows.Take(query.Limit).Select(static row => row.Endpoint)],
            rows.Count > query.Limit ? PageCursor.Encode(ListName, rows[query.Limit - 1].Seq) : null);
    }

    public async Task<bool> ReplaceAsync(StoredEndpoint endpoint, long expectedVersion, CancellationToken cancellationToken)
    {
        var statement = WithEndpoint(SqlExtensions.Statement(_replace), endpoint)
            .With(NpgsqlDbType.Bigint, expectedVersion)
            .WithText(database.Channel)
            .WithText(Notification.ForChangeOf(endpoint.Key));
        var replaced = await announcements
            .ReadAsync(endpoint.Announcement, statement, static _ => true, cancellationToken).ConfigureAwait(false);
        return replaced.Count > 0;
    }

    public async Task<IReadOnlyList<EndpointKey>> FindExpiredSecretsAsync(
        DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        var statement = SqlExtensions.Statement(_expiredSecrets).WithTime(now).WithInt(limit);
        return await database.ReadAsync(
            statement, static row => new EndpointKey(row.GetString(0), row.GetString(1)), cancellationToken).ConfigureAwait(false);
    }

    public async Task<bool> PauseAsync(EndpointPause pause, CancellationToken cancellationToken)
    {
        var statement = SqlExtensions.Statement(_pause)
            .WithText(pause.Endpoint.TenantId)
            .WithText(pause.Endpoint.EndpointId)
            .WithTime(pause.Until)
            .WithText(pause.Owner)
            .WithInt((int)pause.Reason)
            .WithText(database.Channel)
            .WithText(Notification.ForChangeOf(pause.Endpoint))
            .With(NpgsqlDbType.Bigint, pause.EndpointVersion);
        var paused = await database.ReadAsync(statement, static _ => true, cancellationToken).ConfigureAwait(false);
        return paused.Count > 0;
    }

    public Task MarkFailingAsync(IReadOnlyList<FailureMark> marks, CancellationToken cancellationToken)
    {
        var statement = SqlExtensions.Statement(_markFailing)
            .WithTexts(marks, static mark => mark.Endpoint.TenantId)
            .WithTexts(marks, static mark => mark.Endpoint.EndpointId)
            .WithTimes(marks, static mark => mark.FailingSince)
            .WithTexts(marks, static mark => Notification.ForChangeOf(mark.Endpoint))
            .WithText(database.Channel);
        return database.ReadAsync(statement, static _ => true, cancellationToken);
    }

    private static NpgsqlBatchCommand WithEndpoint(NpgsqlBatchCommand statement, StoredEndpoint stored)
    {
        var endpoint = stored.Endpoint;
        var channels = endpoint.Settings.Channels;
        return statement
            .WithText(endpoint.TenantId)
            .WithText(endpoint.Id)
            .With(NpgsqlDbType.Bigint, endpoint.Version)
            .WithInt((int)endpoint.Status)
            .WithText(StorableText.From(endpoint.DisabledReason))
            .WithTime(endpoint.CreatedAt)
            .WithTime(endpoint.UpdatedAt)
            .With(NpgsqlDbType.Array | NpgsqlDbType.Text, channels is [] ? null : channels.ToArray())
            .With(NpgsqlDbType.Json, EndpointDocument.Write(endpoint.Settings))
            .With(NpgsqlDbType.Json, stored.Secrets)
            .With(NpgsqlDbType.Array | NpgsqlDbType.Text, endpoint.Settings.EventTypes.ToArray())
            .WithTime(stored.SecretsExpireAt)
            .With(NpgsqlDbType.Boolean, endpoint.Settings.IsOrdered);
    }

    private static WebhookEndpoint Read(NpgsqlDataReader row) => new()
    {
        TenantId = row.GetString(0),
        Id = row.GetString(1),
        Version = row.GetInt64(3),
        Status = (EndpointStatus)row.GetInt16(4),
        DisabledReason = row.NullableText(5),
        PausedUntil = row.NullableTime(6),
        CreatedAt = row.Time(7),
        UpdatedAt = row.Time(8),
        Settings = EndpointDocument.Read(row.GetString(9)),
        PauseReason = row.IsDBNull(6) ? null : (PauseReason)row.GetInt16(10),
        FailingSince = row.NullableTime(11),
    };
}
