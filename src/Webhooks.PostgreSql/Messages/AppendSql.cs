namespace Webhooks.PostgreSql.Messages;

/// <summary>
/// The statement of an append: takes the names, finds the endpoints, stores messages and deliveries, and leases.
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
/// <para>
/// Deliveries to an ordered endpoint are held too, and have a place in its line: a number that is taken while the endpoint is locked, so
/// that appends get it in the order of their commits, whatever their clocks say. The lock comes behind the names, which an append may
/// have to wait for. In the host's transaction the number is taken without a lock.
/// </para>
/// <para>
/// The database does not know what payloads meet a filter: for each message come the filters that were asked and those that it meets, by
/// their keys. If a subscriber, as the statement sees it, has one that was not asked, the statement does nothing, and answers with the
/// filters of the event type's subscribers.
/// </para>
/// </remarks>
internal static class AppendSql
{
    /// <summary>For messages without names of their own.</summary>
    public const string Nameless =
        MatchSql + InputSql + PlainInputEndSql + NamelessSql + OwnSubscribersSql + FanSql + PlainKeptSql + BeginLinesSql + QueueSql
        + ResultSql + LackingSql + LackingEndSql;

    /// <summary>For messages with names that nobody is likely to have.</summary>
    public const string Named =
        MatchSql + InputSql + OwnInputEndSql + NamedSql + OwnSubscribersSql + FanSql + PlainKeptSql + BeginLinesSql + QueueSql
        + ResultSql + LackingSql + LackingEndSql;

    /// <summary>For names that may be taken.</summary>
    public const string Careful =
        MatchSql + InputSql + OwnInputEndSql + NamedSql + OwnSubscribersSql + FanSql + CarefulKeptSql + BeginLinesSql + QueueSql
        + ResultSql + LackingSql + LackingEndSql;

    /// <summary>For a test: its endpoint stands where the patterns of its event type do otherwise.</summary>
    public const string Test =
        TestedSql + InputSql + OwnInputEndSql + NamedSql + OwnSubscribersSql + FanSql + CarefulKeptSql + BeginLinesSql + QueueSql
        + ResultSql + LackingSql + LackingEndSql;

    /// <summary>In a transaction of the host's.</summary>
    public const string Hosts =
        MatchSql + InputSql + PlainInputEndSql + NamedSql + HostsSubscribersSql + FanSql + CarefulKeptSql + QueueSql + HostsNotifySql
        + ResultSql + LackingSql + HostsLackingSql + LackingEndSql;

    /// <summary>How long an append waits for a name that an open transaction holds. Others wait in the same append.</summary>
    private const string LockTimeout = "250ms";

    private const string InputSql =
        """
        input AS MATERIALIZED (
          SELECT i.ord, i.type_no, i.tenant_id, i.key, i.tail, i.id, i.event_id, i.event_type, string_to_array(i.channels, ' ') AS channels,
            i.timestamp, i.created_at, i.payload, i.trace_parent, i.payload_kept_until, i.deliver_at, i.expires_at, i.at_most_once,
            string_to_array(i.met, ' ') AS met, i.tested_endpoint_id
          FROM unnest($1::int[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[],
            $9::timestamptz[], $10::bytea[], $17::bigint[], $18::text[], $19::timestamptz[], $20::timestamptz[], $21::timestamptz[],
            $22::bool[], $24::text[], $25::text[]) WITH ORDINALITY
            AS i(type_no, tenant_id, key, id, event_id, event_type, channels, timestamp, created_at, payload, tail, trace_parent,
              payload_kept_until, deliver_at, expires_at, at_most_once, met, tested_endpoint_id, ord)

        """;

    private const string PlainInputEndSql =
        """
          WHERE (SELECT count(*) FROM matching WHERE lacks_answer) = 0
        ),

        """;

    private const string OwnInputEndSql =
        $"""
          CROSS JOIN (SELECT set_config('lock_timeout', '{LockTimeout}', true)) AS setting
          WHERE (SELECT count(*) FROM matching WHERE lacks_answer) = 0
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
        WITH matching AS MATERIALIZED (
          SELECT DISTINCT t.type_no, t.tenant_id, e.id, e.seq, e.version, e.channels, e.paused_until IS NOT NULL AS is_paused, e.is_ordered,
            e.filter_key, e.filter_key IS NOT NULL AND e.filter_key = ANY(string_to_array(t.asked, ' ')) IS NOT TRUE AS lacks_answer
          FROM unnest($11::text[], $12::text[], $23::text[]) WITH ORDINALITY AS t(tenant_id, patterns, asked, type_no)
          CROSS JOIN LATERAL unnest(string_to_array(t.patterns, ' ')) AS p(pattern)
          CROSS JOIN LATERAL (
            SELECT s.endpoint_id FROM {schema}.subscriptions s
            WHERE s.tenant_id = t.tenant_id AND s.pattern = p.pattern OFFSET 0) AS s
          CROSS JOIN LATERAL (
            SELECT e.id, e.seq, e.version, e.channels, e.paused_until, e.is_ordered, e.filter_key FROM {schema}.endpoints e
            WHERE e.tenant_id = t.tenant_id AND e.id = s.endpoint_id AND e.status = 0 OFFSET 0) AS e
        ),

        """;

    /// <summary>The endpoint as one that takes everything and at once, whatever its state.</summary>
    private const string TestedSql =
        """
        WITH matching AS MATERIALIZED (
          SELECT t.type_no, t.tenant_id, e.id, e.seq, e.version, NULL::text[] AS channels, false AS is_paused, false AS is_ordered,
            NULL::text AS filter_key, false AS lacks_answer
          FROM unnest($11::text[], $12::text[], $23::text[]) WITH ORDINALITY AS t(tenant_id, endpoint_id, asked, type_no)
          CROSS JOIN LATERAL (
            SELECT e.id, e.seq, e.version FROM {schema}.endpoints e
            WHERE e.tenant_id = t.tenant_id AND e.id = t.endpoint_id OFFSET 0) AS e
        ),

        """;

    private const string HostsSubscribersSql =
        """
        subscribers AS (SELECT m.*, m.is_paused OR m.is_ordered AS is_held, false AS is_idle FROM matching m),

        """;

    private const string OwnSubscribersSql =
        """
        subscribers AS MATERIALIZED (
          SELECT m.type_no, m.id, m.seq, m.version, m.channels, m.filter_key, m.is_ordered, m.is_ordered OR coalesce(e.is_paused, false) AS is_held,
            coalesce(l.is_idle, false) AS is_idle
          FROM (SELECT * FROM matching ORDER BY seq OFFSET 0) AS m
          LEFT JOIN LATERAL (
            SELECT e.paused_until IS NOT NULL AS is_paused FROM {schema}.endpoints e
            WHERE m.is_paused AND NOT m.is_ordered AND e.tenant_id = m.tenant_id AND e.id = m.id AND e.seq = m.seq FOR SHARE) AS e ON true
          LEFT JOIN LATERAL (
            SELECT e.paused_until IS NULL AS is_idle FROM {schema}.endpoints e
            WHERE m.is_ordered AND (SELECT count(*) FROM fresh) > 0
              AND e.tenant_id = m.tenant_id AND e.id = m.id AND e.seq = m.seq FOR NO KEY UPDATE) AS l ON true
        ),

        """;

    /// <summary>
    /// A row for each delivery, and one without endpoint for a message that has none: all that the rest is made of, so that
    /// little is joined. The condition stands in a CASE: PostgreSQL thinks that hardly anything passes it otherwise, and plans
    /// the rest for a single row.
    /// </summary>
    private const string FanSql =
        """
        fan AS MATERIALIZED (
          SELECT p.*,
            (left(p.message_key::text, 18) || to_hex(8388607 + p.place) || to_hex(p.tail))::uuid AS key,
            p.is_free AND p.turn <= $15::int AS is_leased
          FROM (
            SELECT f.ord, f.tenant_id, f.key AS message_key, f.tail, f.id, f.event_type, f.created_at, f.deliver_at, f.expires_at,
              f.at_most_once, s.id AS endpoint_id, s.seq, s.version, s.is_held, s.is_ordered, s.is_idle AND f.deliver_at IS NULL AS is_idle,
              NOT s.is_held AND f.deliver_at IS NULL AS is_free,
              row_number() OVER (PARTITION BY f.ord ORDER BY s.seq) AS place,
              count(s.seq) OVER (PARTITION BY f.ord) AS count,
              count(*) FILTER (WHERE NOT s.is_held AND f.deliver_at IS NULL) OVER (ORDER BY f.ord, s.seq ROWS UNBOUNDED PRECEDING) AS turn
            FROM fresh f
            LEFT JOIN subscribers s
              ON s.type_no = f.type_no AND CASE WHEN s.channels IS NULL THEN true ELSE s.channels && f.channels END
                AND CASE WHEN s.filter_key IS NULL THEN true ELSE s.filter_key = ANY(f.met) END) AS p
        ),
        stored AS (
          INSERT INTO {schema}.messages
            (key, tenant_id, id, event_id, event_type, channels, payload, timestamp, created_at, delivery_count, trace_parent,
             payload_kept_until, deliver_at, expires_at, at_most_once, tested_endpoint_id)
          SELECT f.key, f.tenant_id, f.id, f.event_id, f.event_type, f.channels, f.payload, f.timestamp, f.created_at, fan.count,
            f.trace_parent, f.payload_kept_until, f.deliver_at, f.expires_at, f.at_most_once, f.tested_endpoint_id
          FROM fresh f
          JOIN fan ON fan.ord = f.ord AND fan.place = 1

        """;

    /// <summary>A message that is there already lets the whole statement fail.</summary>
    private const string PlainKeptSql =
        """
        ),
        kept AS (SELECT * FROM fan),

        """;

    /// <summary>A message that is there already is left out.</summary>
    private const string CarefulKeptSql =
        """
          ON CONFLICT DO NOTHING
          RETURNING tenant_id, key
        ),
        kept AS MATERIALIZED (
          SELECT fan.* FROM fan JOIN stored s ON s.tenant_id = fan.tenant_id AND s.key = fan.message_key
        ),

        """;

    /// <summary>The row is locked, as <c>is_idle</c> was read: it is not looked at again.</summary>
    private const string BeginLinesSql =
        """
        begun AS (
          UPDATE {schema}.endpoints e
          SET paused_until = k.created_at, paused_by = NULL, pause_reason = 0
          FROM (
            SELECT tenant_id, endpoint_id, seq, min(created_at) AS created_at FROM kept WHERE is_idle GROUP BY tenant_id, endpoint_id, seq) AS k
          WHERE e.tenant_id = k.tenant_id AND e.id = k.endpoint_id AND e.seq = k.seq
        ),

        """;

    private const string QueueSql =
        """
        queued AS (
          INSERT INTO {schema}.pending
            (key, tenant_id, message_key, message_id, endpoint_id, endpoint_seq, event_type, created_at, attempt_count, due_at, owner,
             place, expires_at, at_most_once)
          SELECT k.key, k.tenant_id, k.message_key, k.id, k.endpoint_id, k.seq, k.event_type, k.created_at, 0,
            CASE
              WHEN k.deliver_at IS NOT NULL THEN k.deliver_at
              WHEN k.is_held THEN NULL
              WHEN k.is_leased THEN $14::timestamptz
              ELSE k.created_at
            END,
            CASE WHEN k.is_leased THEN $13::text END, CASE WHEN k.is_ordered THEN (SELECT nextval('{schema}.places')) + k.ord END,
            k.expires_at, k.at_most_once
          FROM kept k
          WHERE k.endpoint_id IS NOT NULL
        )
        SELECT k.ord::int - 1, k.count::int, CASE WHEN k.is_leased THEN k.key END, k.endpoint_id, k.version,
          (SELECT pg_notify($16::text, 'due') FROM kept WHERE is_free AND NOT is_leased OR is_idle LIMIT 1),
          EXISTS (SELECT 1 FROM kept WHERE is_idle),
          CASE WHEN $20 IS NOT NULL THEN (
            SELECT pg_notify($16::text, 'due' || chr(10) || (extract(epoch FROM min(deliver_at)) * 1000)::bigint)
            FROM kept WHERE endpoint_id IS NOT NULL HAVING min(deliver_at) IS NOT NULL) END

        """;

    private const string HostsNotifySql =
        """
          , (SELECT count(pg_notify($16::text, concat_ws(chr(10), 'held', tenant_id, endpoint_id))) FROM kept
             WHERE is_held AND deliver_at IS NULL)

        """;

    private const string ResultSql =
        """
        FROM kept k
        WHERE k.is_leased OR k.place = 1

        """;

    /// <summary>The filters of the subscribers of event types of which one was not asked.</summary>
    private const string LackingSql =
        """
        UNION ALL
        SELECT -m.type_no::int, 0, NULL, e.filter, NULL, NULL, false, NULL
        """;

    private const string HostsLackingSql = ", NULL";

    private const string LackingEndSql =
        """

        FROM matching m
        CROSS JOIN LATERAL (
          SELECT e.settings ->> 'filter' AS filter FROM {schema}.endpoints e
          WHERE e.tenant_id = m.tenant_id AND e.id = m.id AND e.filter_key = m.filter_key OFFSET 0) AS e
        WHERE m.filter_key IS NOT NULL AND m.type_no IN (SELECT type_no FROM matching WHERE lacks_answer)
        """;
}
