using Npgsql;
using NpgsqlTypes;
using Webhooks.Catalog;
using Webhooks.PostgreSql.Connections;
using Webhooks.Storage;

namespace Webhooks.PostgreSql.Messages;

/// <summary>
/// The one statement of an append: takes the names, finds the endpoints, stores messages and deliveries, and leases.
/// </summary>
/// <remarks>
/// Whatever is looked up by key is looked up in a subquery with <c>OFFSET 0</c>, which PostgreSQL does not turn into a join:
/// the plan cannot become a scan, whatever is known of the tables.
/// <para>
/// Deliveries to a paused endpoint are held. If the pause ended between the moment that the statement sees and its commit,
/// nobody would look for them any more. So an append shares a lock on the paused endpoints, which the end of a pause waits
/// for. In the host's transaction, which may last, it takes none, and tells all instances instead (see
/// <see cref="Notifications.Notification.ForHeld"/>).
/// </para>
/// </remarks>
internal sealed class AppendStatement(PostgreSqlDatabase database)
{
    /// <summary>How long an append waits for a name that an open transaction holds. Others wait in the same append.</summary>
    private const string LockTimeout = "250ms";

    private const string InputSql =
        """
        WITH input AS MATERIALIZED (
          SELECT i.ord, i.type_no, i.tenant_id, i.key, i.id, i.event_id, i.event_type, string_to_array(i.channels, ' ') AS channels,
            i.timestamp, i.created_at, i.payload
          FROM unnest($1::int[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[],
            $9::timestamptz[], $10::bytea[]) WITH ORDINALITY
            AS i(type_no, tenant_id, key, id, event_id, event_type, channels, timestamp, created_at, payload, ord)
        """;

    private const string PlainInputEndSql =
        """
        ),

        """;

    private const string OwnInputEndSql =
        $"""
          CROSS JOIN (SELECT set_config('lock_timeout', '{LockTimeout}', true)) AS setting
        ),

        """;

    private const string NamelessSql =
        """
        fresh AS (SELECT * FROM input),

        """;

    private const string NamedSql =
        """
        names AS MATERIALIZED (
          SELECT ord, tenant_id, 0::smallint AS kind, id AS value, key, id FROM input WHERE id IS NOT NULL
          UNION ALL
          SELECT ord, tenant_id, 1::smallint, event_id, key, id FROM input WHERE event_id IS NOT NULL
        ),
        taken AS MATERIALIZED (
          SELECT n.ord
          FROM names n
          CROSS JOIN LATERAL (
            SELECT 1 FROM {schema}.message_ids m
            WHERE m.tenant_id = n.tenant_id AND m.kind = n.kind AND m.value = n.value OFFSET 0) AS m
        ),
        named AS (
          INSERT INTO {schema}.message_ids (tenant_id, kind, value, message_key, message_id)
          SELECT tenant_id, kind, value, key, id FROM names WHERE ord NOT IN (SELECT ord FROM taken)
          ORDER BY tenant_id, kind, value
          ON CONFLICT DO NOTHING
          RETURNING tenant_id, message_key
        ),
        fresh AS MATERIALIZED (
          SELECT i.*
          FROM input i
          LEFT JOIN (SELECT tenant_id, message_key, count(*) AS count FROM named GROUP BY tenant_id, message_key) n
            ON n.tenant_id = i.tenant_id AND n.message_key = i.key
          WHERE coalesce(n.count, 0) = (i.id IS NOT NULL)::int + (i.event_id IS NOT NULL)::int
        ),

        """;

    private const string MatchSql =
        """
        matching AS MATERIALIZED (
          SELECT DISTINCT t.type_no, t.tenant_id, e.id, e.seq, e.version, e.channels, e.paused_until IS NOT NULL AS is_paused
          FROM unnest($11::text[], $12::text[]) WITH ORDINALITY AS t(tenant_id, patterns, type_no)
          CROSS JOIN LATERAL unnest(string_to_array(t.patterns, ' ')) AS p(pattern)
          CROSS JOIN LATERAL (
            SELECT s.endpoint_id FROM {schema}.subscriptions s
            WHERE s.tenant_id = t.tenant_id AND s.pattern = p.pattern OFFSET 0) AS s
          CROSS JOIN LATERAL (
            SELECT e.id, e.seq, e.version, e.channels, e.paused_until FROM {schema}.endpoints e
            WHERE e.tenant_id = t.tenant_id AND e.id = s.endpoint_id AND e.status = 0 OFFSET 0) AS e
        ),

        """;

    private const string HostsSubscribersSql =
        """
        subscribers AS (SELECT * FROM matching),

        """;

    private const string OwnSubscribersSql =
        """
        subscribers AS MATERIALIZED (
          SELECT m.type_no, m.id, m.seq, m.version, m.channels, coalesce(e.is_paused, false) AS is_paused
          FROM matching m
          LEFT JOIN LATERAL (
            SELECT e.paused_until IS NOT NULL AS is_paused FROM {schema}.endpoints e
            WHERE m.is_paused AND e.tenant_id = m.tenant_id AND e.id = m.id AND e.seq = m.seq FOR SHARE) AS e ON true
        ),

        """;

    private const string StoreSql =
        """
        fan AS MATERIALIZED (
          SELECT f.ord, s.id AS endpoint_id, s.seq, s.is_paused,
            row_number() OVER (PARTITION BY f.ord ORDER BY s.seq) AS place,
            row_number() OVER (PARTITION BY s.is_paused ORDER BY f.ord, s.seq) AS turn
          FROM fresh f
          JOIN subscribers s ON s.type_no = f.type_no
          WHERE s.channels IS NULL OR s.channels && f.channels
        ),
        stored AS (
          INSERT INTO {schema}.messages
            (key, tenant_id, id, event_id, event_type, channels, payload, timestamp, created_at, delivery_count)
          SELECT f.key, f.tenant_id, f.id, f.event_id, f.event_type, f.channels, f.payload, f.timestamp, f.created_at,
            coalesce(c.count, 0)
          FROM fresh f
          LEFT JOIN (SELECT ord, count(*)::int AS count FROM fan GROUP BY ord) AS c ON c.ord = f.ord
          ON CONFLICT DO NOTHING
          RETURNING key, tenant_id, delivery_count
        ),
        queued AS (
          INSERT INTO {schema}.pending
            (key, tenant_id, message_key, message_id, endpoint_id, endpoint_seq, event_type, created_at, attempt_count, due_at, owner)
          SELECT
            (left(f.key::text, 18) || to_hex(8388607 + fan.place) || right(gen_random_uuid()::text, 10))::uuid,
            f.tenant_id, f.key, f.id, fan.endpoint_id, fan.seq, f.event_type, f.created_at, 0,
            CASE WHEN fan.is_paused THEN NULL WHEN fan.turn <= $15::int THEN $14::timestamptz ELSE f.created_at END,
            CASE WHEN NOT fan.is_paused AND fan.turn <= $15::int THEN $13::text END
          FROM fan
          JOIN fresh f ON f.ord = fan.ord
          JOIN stored s ON s.tenant_id = f.tenant_id AND s.key = f.key
          ORDER BY fan.ord, fan.place
          RETURNING key, tenant_id, message_key, endpoint_id, endpoint_seq, due_at, owner
        )
        SELECT i.ord::int - 1, s.delivery_count, q.key, q.endpoint_id, v.version,
          (SELECT pg_notify($16::text, 'due') FROM queued WHERE owner IS NULL AND due_at IS NOT NULL LIMIT 1)

        """;

    private const string HostsNotifySql =
        """
          , (SELECT count(pg_notify($16::text, concat_ws(chr(10), 'held', tenant_id, endpoint_id))) FROM queued WHERE due_at IS NULL)

        """;

    private const string ResultSql =
        """
        FROM stored s
        JOIN input i ON i.tenant_id = s.tenant_id AND i.key = s.key
        LEFT JOIN queued q ON q.tenant_id = i.tenant_id AND q.message_key = i.key AND q.owner IS NOT NULL
        LEFT JOIN (SELECT DISTINCT seq, version FROM subscribers) AS v ON v.seq = q.endpoint_seq
        ORDER BY i.ord, q.key
        """;

    private readonly string _nameless = database.Sql(
        InputSql + PlainInputEndSql + NamelessSql + MatchSql + OwnSubscribersSql + StoreSql + ResultSql);

    private readonly string _named = database.Sql(
        InputSql + OwnInputEndSql + NamedSql + MatchSql + OwnSubscribersSql + StoreSql + ResultSql);

    private readonly string _hosts = database.Sql(
        InputSql + PlainInputEndSql + NamedSql + MatchSql + HostsSubscribersSql + StoreSql + HostsNotifySql + ResultSql);

    /// <summary>Makes the statement. Its rows are read by <see cref="AppendedRow.Read"/>.</summary>
    /// <param name="messages">What to store; no two with the same id or event id.</param>
    /// <param name="leases">Whom to lease new deliveries to, or null.</param>
    /// <param name="leaseLimit">How many.</param>
    /// <param name="isHosts">Whether it runs in a transaction of the host's.</param>
    public NpgsqlBatchCommand Create(IReadOnlyList<NewMessage> messages, LeaseGrant? leases, int leaseLimit, bool isHosts)
    {
        var types = new Dictionary<(string TenantId, string EventType), int>();
        foreach (var message in messages)
        {
            types.TryAdd((message.Message.TenantId, message.Message.EventType), types.Count + 1);
        }

        var sql = isHosts ? _hosts : messages.Any(static message => message.NameCount > 0) ? _named : _nameless;
        List<(string TenantId, string EventType)> keys = [.. types.Keys];
        return SqlExtensions.Statement(sql)
            .WithInts(messages, message => types[(message.Message.TenantId, message.Message.EventType)])
            .WithTexts(messages, static message => message.Message.TenantId)
            .WithKeys(messages, static message => message.Key)
            .WithTexts(messages, static message => message.OwnId)
            .WithTexts(messages, static message => message.Message.EventId)
            .WithTexts(messages, static message => message.Message.EventType)
            .WithTexts(messages, static message => message.Message.Channels is [] ? null : string.Join(' ', message.Message.Channels))
            .WithTimes(messages, static message => message.Message.Timestamp)
            .WithTimes(messages, static message => message.Message.CreatedAt)
            .WithArray(NpgsqlDbType.Bytea, messages, static message => message.Message.Payload)
            .WithTexts(keys, static type => type.TenantId)
            .WithTexts(keys, static type => string.Join(' ', EventTypePattern.AllThatMatch(type.EventType)))
            .WithText(leases?.Owner)
            .WithTime(leases?.Until)
            .WithInt(leases is null ? 0 : leaseLimit)
            .WithText(database.Channel);
    }
}
