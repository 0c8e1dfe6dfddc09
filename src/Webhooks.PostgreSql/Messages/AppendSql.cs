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
        MatchSql + InputSql + PlainInputEndSql + NamelessSql + OwnSubscribersSql + FanSql + NamelessCountsSql + StoreSql + StoreAllSql
        + BeginLinesSql + QueueSql + BeginResultSql + AllCountsSql + LeasedSql + NotifySql + LackingSql;

    /// <summary>For messages with names that nobody is likely to have.</summary>
    public const string Named =
        MatchSql + InputSql + OwnInputEndSql + NamedSql + OwnSubscribersSql + FanSql + NamedCountsSql + StoreSql + StoreAllSql
        + BeginLinesSql + QueueSql + BeginResultSql + AllCountsSql + LeasedSql + NotifySql + LackingSql;

    /// <summary>For names that may be taken.</summary>
    public const string Careful =
        MatchSql + InputSql + OwnInputEndSql + NamedSql + OwnSubscribersSql + FanSql + NamedCountsSql + StoreSql + StoreNewSql
        + BeginLinesSql + QueueSql + BeginResultSql + NewCountsSql + LeasedSql + NotifySql + LackingSql;

    /// <summary>For a test: its endpoint stands where the patterns of its event type do otherwise.</summary>
    public const string Test =
        TestedSql + InputSql + OwnInputEndSql + NamedSql + OwnSubscribersSql + FanSql + NamedCountsSql + StoreSql + StoreNewSql
        + BeginLinesSql + QueueSql + BeginResultSql + NewCountsSql + LeasedSql + NotifySql + LackingSql;

    /// <summary>In a transaction of the host's.</summary>
    public const string Hosts =
        MatchSql + InputSql + PlainInputEndSql + NamedSql + HostsSubscribersSql + FanSql + NamedCountsSql + StoreSql + StoreNewSql
        + QueueSql + BeginResultSql + NewCountsSql + NothingLeasedSql + NotifySql + HostsNotifySql + LackingSql;

    /// <summary>How long an append waits for a name that an open transaction holds. Others wait in the same append.</summary>
    private const string LockTimeout = "250ms";

    /// <summary>The subscribers of each event type, in the order in which they are locked and their deliveries numbered.</summary>
    private const string MatchSql =
        """
        WITH matching AS MATERIALIZED (
          SELECT DISTINCT ON (e.seq, t.type_no) t.type_no, t.tenant_id, e.id, e.seq, e.version, e.channels,
            e.paused_until IS NOT NULL AS is_paused, e.is_ordered, e.filter_key,
            e.filter_key IS NOT NULL AND e.filter_key = ANY(string_to_array(t.asked, ' ')) IS NOT TRUE AS lacks_answer
          FROM unnest($1::text[], $3::text[], $4::text[]) WITH ORDINALITY AS t(tenant_id, patterns, asked, type_no)
          CROSS JOIN LATERAL unnest(string_to_array(t.patterns, ' ')) AS p(pattern)
          CROSS JOIN LATERAL (
            SELECT s.endpoint_id FROM {schema}.subscriptions s
            WHERE s.tenant_id = t.tenant_id AND s.pattern = p.pattern OFFSET 0) AS s
          CROSS JOIN LATERAL (
            SELECT e.id, e.seq, e.version, e.channels, e.paused_until, e.is_ordered, e.filter_key FROM {schema}.endpoints e
            WHERE e.tenant_id = t.tenant_id AND e.id = s.endpoint_id AND e.status = 0 OFFSET 0) AS e
          ORDER BY e.seq, t.type_no
        ),

        """;

    /// <summary>The endpoint as one that takes everything and at once, whatever its state.</summary>
    private const string TestedSql =
        """
        WITH matching AS MATERIALIZED (
          SELECT t.type_no, t.tenant_id, e.id, e.seq, e.version, NULL::text[] AS channels, false AS is_paused, false AS is_ordered,
            NULL::text AS filter_key, false AS lacks_answer
          FROM unnest($1::text[], $3::text[], $4::text[]) WITH ORDINALITY AS t(tenant_id, patterns, asked, type_no)
          CROSS JOIN LATERAL (
            SELECT e.id, e.seq, e.version FROM {schema}.endpoints e
            WHERE e.tenant_id = t.tenant_id AND e.id = $5 OFFSET 0) AS e
        ),

        """;

    /// <summary>What decides who gets a message, and no more: what is large goes straight into its table.</summary>
    private const string InputSql =
        """
        input AS MATERIALIZED (
          SELECT i.ord, i.type_no, ($1::text[])[i.type_no] AS tenant_id, ($2::text[])[i.type_no] AS event_type, ($11::uuid[])[i.ord] AS key,
            ($12::bigint[])[i.ord] AS tail, ($13::timestamptz[])[i.ord] AS created_at, i.id, i.event_id,
            string_to_array(i.channels, ' ') AS channels, string_to_array(i.met, ' ') AS met, ($17::timestamptz[])[i.ord] AS deliver_at,
            ($18::timestamptz[])[i.ord] AS expires_at, ($19::bool[])[i.ord] AS at_most_once
          FROM unnest($10::int[], $14::text[], $15::text[], $16::text[], $20::text[]) WITH ORDINALITY
            AS i(type_no, id, event_id, channels, met, ord)

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
        fresh AS NOT MATERIALIZED (SELECT * FROM input),

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

    private const string HostsSubscribersSql =
        """
        subscribers AS MATERIALIZED (
          SELECT m.*, row_number() OVER () AS place, m.is_paused OR m.is_ordered AS is_held, false AS is_idle
          FROM matching m
        ),

        """;

    private const string OwnSubscribersSql =
        """
        subscribers AS MATERIALIZED (
          SELECT m.type_no, m.id, m.seq, m.version, m.channels, m.filter_key, m.place, m.is_ordered,
            m.is_ordered OR coalesce(e.is_paused, false) AS is_held, coalesce(l.is_idle, false) AS is_idle
          FROM (SELECT *, row_number() OVER () AS place FROM matching) AS m
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
    /// nothing is joined. The conditions stand in a CASE: PostgreSQL thinks that hardly anything passes them otherwise, and plans
    /// the rest for a single row.
    /// </summary>
    private const string FanSql =
        """
        fan AS MATERIALIZED (
          SELECT p.*,
            (left(p.message_key::text, 18) || to_hex(8388607 + p.place) || to_hex(p.tail))::uuid AS key,
            p.is_free AND p.turn <= $9::int AS is_leased
          FROM (
            SELECT f.ord, f.tenant_id, f.key AS message_key, f.tail, f.id, f.event_type, f.created_at, f.deliver_at, f.expires_at,
              f.at_most_once, s.id AS endpoint_id, s.seq, s.version, s.place, s.is_ordered, s.is_held,
              s.is_idle AND f.deliver_at IS NULL AS is_idle, NOT s.is_held AND f.deliver_at IS NULL AS is_free,
              count(*) FILTER (WHERE NOT s.is_held AND f.deliver_at IS NULL)
                OVER (ORDER BY f.ord, s.place ROWS UNBOUNDED PRECEDING) AS turn
            FROM fresh f
            LEFT JOIN subscribers s
              ON s.type_no = f.type_no AND CASE WHEN s.channels IS NULL THEN true ELSE s.channels && f.channels END
                AND CASE WHEN s.filter_key IS NULL THEN true ELSE s.filter_key = ANY(f.met) END) AS p
        ),

        """;

    /// <summary>How many deliveries each message has: an array, by the messages' numbers, so that nothing is joined.</summary>
    private const string NamelessCountsSql =
        """
        counted AS MATERIALIZED (SELECT ARRAY(SELECT count(seq)::int FROM fan GROUP BY ord ORDER BY ord) AS counts),

        """;

    /// <summary>The same, with -1 for those that are not stored.</summary>
    private const string NamedCountsSql =
        """
        counted AS MATERIALIZED (
          SELECT ARRAY(
            SELECT coalesce(f.count, -1)
            FROM input i
            LEFT JOIN (SELECT ord, count(seq)::int AS count FROM fan GROUP BY ord) AS f ON f.ord = i.ord
            ORDER BY i.ord) AS counts
        ),

        """;

    private const string StoreSql =
        """
        stored AS (
          INSERT INTO {schema}.messages
            (key, tenant_id, id, event_id, event_type, channels, payload, timestamp, created_at, delivery_count, trace_parent,
             payload_kept_until, deliver_at, expires_at, at_most_once, tested_endpoint_id)
          SELECT ($11::uuid[])[m.ord], ($1::text[])[m.type_no], m.id, m.event_id, ($2::text[])[m.type_no], string_to_array(m.channels, ' '),
            m.payload, ($22::timestamptz[])[m.ord], ($13::timestamptz[])[m.ord], c.counts[m.ord], m.trace_parent,
            ($24::timestamptz[])[m.ord], ($17::timestamptz[])[m.ord], ($18::timestamptz[])[m.ord], ($19::bool[])[m.ord], $5::text
          FROM counted c
          CROSS JOIN unnest($10::int[], $14::text[], $15::text[], $16::text[], $21::bytea[], $23::text[]) WITH ORDINALITY
            AS m(type_no, id, event_id, channels, payload, trace_parent, ord)
          WHERE c.counts[m.ord] >= 0

        """;

    /// <summary>A message that is there already lets the whole statement fail.</summary>
    private const string StoreAllSql =
        """
        ),
        kept AS NOT MATERIALIZED (SELECT * FROM fan),

        """;

    /// <summary>A message that is there already is left out.</summary>
    private const string StoreNewSql =
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
              WHEN k.is_leased THEN $8::timestamptz
              ELSE k.created_at
            END,
            CASE WHEN k.is_leased THEN $7::text END, CASE WHEN k.is_ordered THEN (SELECT nextval('{schema}.places')) + k.ord END,
            k.expires_at, k.at_most_once
          FROM kept k
          WHERE k.endpoint_id IS NOT NULL
        )

        """;

    /// <summary>One row that tells of all messages; it is read by <see cref="AppendAnswer.Read"/>.</summary>
    private const string BeginResultSql = "SELECT";

    private const string AllCountsSql = " (SELECT counts FROM counted)";

    private const string NewCountsSql =
        """
          ARRAY(
            SELECT coalesce(k.count, -1)
            FROM input i
            LEFT JOIN (SELECT ord, count(seq)::int AS count FROM kept GROUP BY ord) AS k ON k.ord = i.ord
            ORDER BY i.ord)
        """;

    /// <summary>What is leased, by the numbers of message and subscriber, and the subscribers by theirs.</summary>
    private const string LeasedSql =
        """
        , ARRAY(SELECT (ord - 1) << 32 | place FROM kept WHERE is_leased ORDER BY 1),
          ARRAY(SELECT id FROM subscribers WHERE place <= (SELECT max(place) FROM kept WHERE is_leased) ORDER BY place),
          ARRAY(SELECT version FROM subscribers WHERE place <= (SELECT max(place) FROM kept WHERE is_leased) ORDER BY place)
        """;

    private const string NothingLeasedSql = ", '{}'::bigint[], '{}'::text[], '{}'::bigint[]";

    private const string NotifySql =
        """
        , EXISTS (SELECT 1 FROM kept WHERE is_idle), lacking.types, lacking.filters,
          (SELECT pg_notify($6::text, 'due') FROM kept WHERE is_free AND NOT is_leased OR is_idle LIMIT 1),
          CASE WHEN $17 IS NOT NULL THEN (
            SELECT pg_notify($6::text, 'due' || chr(10) || (extract(epoch FROM min(deliver_at)) * 1000)::bigint)
            FROM kept WHERE endpoint_id IS NOT NULL HAVING min(deliver_at) IS NOT NULL) END
        """;

    private const string HostsNotifySql =
        """
        , (SELECT count(pg_notify($6::text, concat_ws(chr(10), 'held', tenant_id, endpoint_id))) FROM kept
             WHERE is_held AND deliver_at IS NULL)
        """;

    /// <summary>Where nothing was stored: the filters of the subscribers of event types of which one was not asked.</summary>
    private const string LackingSql =
        """

        FROM (
          SELECT array_agg(m.type_no::int) AS types, array_agg(e.filter) AS filters
          FROM matching m
          CROSS JOIN LATERAL (
            SELECT e.settings ->> 'filter' AS filter FROM {schema}.endpoints e
            WHERE e.tenant_id = m.tenant_id AND e.id = m.id AND e.filter_key = m.filter_key OFFSET 0) AS e
          WHERE m.filter_key IS NOT NULL AND m.type_no IN (SELECT type_no FROM matching WHERE lacks_answer)) AS lacking
        """;
}
