using System.Text;
using Webhooks.PostgreSql.Endpoints;

namespace Webhooks.PostgreSql.Messages;

/// <summary>
/// The statement of an append: takes the names, stores messages and deliveries, and leases, if the endpoints that subscribe are those that
/// it was told.
/// </summary>
/// <remarks>
/// Who gets what is decided before (<see cref="AppendBatch"/>), by endpoints that were looked up earlier. The statement looks at what is
/// there as it runs, and does nothing if it is something else: an endpoint more or less, another version, or another that is paused.
/// Event types need no comparison: an endpoint of one version subscribes to the same ones.
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
/// Texts of items come from end to end, never by their number: to find one, PostgreSQL reads all that are before it. Parts that are kept
/// are small, and payloads go from the parameter into their table.
/// </para>
/// </remarks>
internal static class AppendSql
{
    private const string IsCurrent = "(SELECT is_current FROM fit)";

    /// <summary>How long an append waits for a name that an open transaction holds. Others wait in the same append.</summary>
    private const string LockTimeout = "250ms";

    /// <summary>The subscribers of each event type, as they are now.</summary>
    private static readonly string SubscribedSql =
        $$"""
        WITH matching AS MATERIALIZED (
          SELECT DISTINCT ON (t.type_no, e.seq) t.tenant_id, e.id, e.seq, e.version, e.paused_until IS NOT NULL AS is_paused, e.is_ordered
          {{FanOut.SubscribedSql()}}
          ORDER BY t.type_no, e.seq
        ),

        """;

    /// <summary>The endpoint that a test is for, as one that takes everything and at once, whatever its state.</summary>
    private const string TestedSql =
        """
        WITH matching AS MATERIALIZED (
          SELECT e.tenant_id, e.id, e.seq, e.version, false AS is_paused, false AS is_ordered
          FROM {schema}.endpoints e
          WHERE e.tenant_id = ($1::text[])[1] AND e.id = $8::text
        ),

        """;

    private const string FitSql =
        """
        fit AS MATERIALIZED (
          SELECT ARRAY(SELECT seq FROM matching) = $4::bigint[] AND ARRAY(SELECT version FROM matching) = $5::bigint[]
            AND ARRAY(SELECT is_paused OR is_ordered FROM matching) = $6::bool[] AS is_current
        ),

        """;

    /// <summary>By the messages' numbers, whether their names were free.</summary>
    private static string NamesSql(string settings) =>
        $$"""
        names AS MATERIALIZED (
          SELECT i.ord, ($1::text[])[i.type_no + 1] AS tenant_id, ($12::uuid[])[i.ord] AS key, i.id, i.event_id
          FROM unnest($11::int[], $15::text[], $16::text[]) WITH ORDINALITY AS i(type_no, id, event_id, ord)
          CROSS JOIN (SELECT {{settings}}) AS settings
          WHERE (SELECT is_current FROM fit) AND (i.id IS NOT NULL OR i.event_id IS NOT NULL)
        ),
        wanted AS MATERIALIZED (
          SELECT ord, tenant_id, 0::smallint AS kind, id AS value, key, id FROM names WHERE id IS NOT NULL
          UNION ALL
          SELECT ord, tenant_id, 1::smallint, event_id, key, id FROM names WHERE event_id IS NOT NULL
        ),
        taken AS MATERIALIZED (
          SELECT n.ord
          FROM wanted n
          CROSS JOIN LATERAL (
            SELECT 1 FROM {schema}.message_ids m
            WHERE m.tenant_id = n.tenant_id AND m.kind = n.kind AND m.value = n.value OFFSET 0) AS m
        ),
        named AS (
          INSERT INTO {schema}.message_ids (tenant_id, kind, value, message_key, message_id)
          SELECT tenant_id, kind, value, key, id FROM wanted WHERE ord NOT IN (SELECT ord FROM taken)
          ORDER BY tenant_id, kind, value
          ON CONFLICT DO NOTHING
          RETURNING tenant_id, message_key
        ),
        fresh AS MATERIALIZED (
          SELECT CASE WHEN (SELECT is_current FROM fit) THEN ARRAY(
            SELECT coalesce(n.count, 0) = (i.id IS NOT NULL)::int + (i.event_id IS NOT NULL)::int
            FROM unnest($11::int[], $12::uuid[], $15::text[], $16::text[]) WITH ORDINALITY AS i(type_no, key, id, event_id, ord)
            LEFT JOIN (SELECT tenant_id, message_key, count(*) AS count FROM named GROUP BY tenant_id, message_key) AS n
              ON n.message_key = i.key AND n.tenant_id = ($1::text[])[i.type_no + 1]
            ORDER BY i.ord) END AS flags
        ),

        """;

    /// <summary>Locks the endpoints whose deliveries are held, in the order of their numbers, and looks at them again.</summary>
    private static string LocksSql(string isAny) =>
        $$"""
        locked AS MATERIALIZED (
          SELECT m.place, m.seq, m.is_ordered OR coalesce(e.is_paused, false) AS is_held, coalesce(l.is_idle, false) AS is_idle,
            m.is_paused AND NOT m.is_ordered AND NOT coalesce(e.is_paused, false) AS is_resumed
          FROM (
            SELECT m.*, row_number() OVER () AS place FROM matching m WHERE {{isAny}} ORDER BY m.seq OFFSET 0) AS m
          LEFT JOIN LATERAL (
            SELECT e.paused_until IS NOT NULL AS is_paused FROM {schema}.endpoints e
            WHERE m.is_paused AND NOT m.is_ordered AND e.tenant_id = m.tenant_id AND e.id = m.id AND e.seq = m.seq FOR SHARE) AS e ON true
          LEFT JOIN LATERAL (
            SELECT e.paused_until IS NULL AS is_idle FROM {schema}.endpoints e
            WHERE m.is_ordered AND e.tenant_id = m.tenant_id AND e.id = m.id AND e.seq = m.seq FOR NO KEY UPDATE) AS l ON true
        ),
        holding AS MATERIALIZED (SELECT ARRAY(SELECT is_held FROM locked ORDER BY place) AS flags),

        """;

    private static string StoreSql(string isStored) =>
        $$"""
        stored AS (
          INSERT INTO {schema}.messages
            (key, tenant_id, id, event_id, event_type, channels, payload, timestamp, created_at, delivery_count, trace_parent,
             payload_kept_until, deliver_at, expires_at, at_most_once, tested_endpoint_id)
          SELECT ($12::uuid[])[m.ord], ($1::text[])[m.type_no + 1], m.id, m.event_id, ($3::text[])[m.type_no + 1],
            string_to_array(m.channels, ' '), m.payload, ($22::timestamptz[])[m.ord], ($14::timestamptz[])[m.ord], ($13::int[])[m.ord],
            m.trace_parent, ($24::timestamptz[])[m.ord], ($18::timestamptz[])[m.ord], ($19::timestamptz[])[m.ord], ($20::bool[])[m.ord],
            $8::text
          FROM unnest($11::int[], $15::text[], $16::text[], $17::text[], $21::bytea[], $23::text[]) WITH ORDINALITY
            AS m(type_no, id, event_id, channels, payload, trace_parent, ord)
          WHERE {{isStored}}

        """;

    /// <summary>A message that is there already lets the whole statement fail.</summary>
    private const string StoreAllSql = "),\n";

    /// <summary>A message that is there already is left out.</summary>
    private const string StoreNewSql =
        """
          ON CONFLICT DO NOTHING
          RETURNING tenant_id, key
        ),
        kept AS MATERIALIZED (
          SELECT ARRAY(
            SELECT s.key IS NOT NULL
            FROM unnest($11::int[], $12::uuid[]) WITH ORDINALITY AS i(type_no, key, ord)
            LEFT JOIN stored s ON s.key = i.key AND s.tenant_id = ($1::text[])[i.type_no + 1]
            ORDER BY i.ord) AS flags
        ),

        """;

    private static string QueueSql(string isQueued, string holding, string returning) =>
        $$"""
        queued AS (
          INSERT INTO {schema}.pending
            (key, tenant_id, message_key, message_id, endpoint_id, endpoint_seq, event_type, created_at, attempt_count, due_at, owner,
             place, expires_at, at_most_once)
          SELECT d.key, ($1::text[])[($11::int[])[d.ord] + 1], ($12::uuid[])[d.ord], d.message_id, d.endpoint_id, ($4::bigint[])[d.place],
            ($3::text[])[($11::int[])[d.ord] + 1], ($14::timestamptz[])[d.ord], 0,
            CASE
              WHEN ($18::timestamptz[])[d.ord] IS NOT NULL THEN ($18::timestamptz[])[d.ord]
              WHEN ({{holding}})[d.place] THEN NULL
              WHEN d.is_leased THEN $10::timestamptz
              ELSE ($14::timestamptz[])[d.ord]
            END,
            CASE WHEN d.is_leased THEN $9::text END,
            CASE WHEN ($7::bool[])[d.place] THEN (SELECT nextval('{schema}.places')) + d.ord END,
            ($19::timestamptz[])[d.ord], ($20::bool[])[d.ord]
          FROM unnest($25::uuid[], $26::int[], $27::int[], $28::bool[], $29::text[], $30::text[])
            AS d(key, ord, place, is_leased, endpoint_id, message_id)
          WHERE {{isQueued}} AND ({{holding}}) IS NOT NULL
          {{returning}}
        )

        """;

    /// <summary>The rows are locked, as <c>is_idle</c> was read: they are not looked at again.</summary>
    private const string BeginLinesSql =
        """
        , begun AS (
          UPDATE {schema}.endpoints e
          SET paused_until = q.created_at, paused_by = NULL, pause_reason = 0
          FROM (
            SELECT tenant_id, endpoint_id, endpoint_seq, min(created_at) AS created_at FROM queued
            WHERE due_at IS NULL AND endpoint_seq = ANY(ARRAY(SELECT seq FROM locked WHERE is_idle))
            GROUP BY tenant_id, endpoint_id, endpoint_seq) AS q
          WHERE e.tenant_id = q.tenant_id AND e.id = q.endpoint_id AND e.seq = q.endpoint_seq
          RETURNING 1
        )

        """;

    /// <summary>Its row is read by <see cref="AppendAnswer.Read"/>.</summary>
    private static string ResultSql(string stored, string hasBegun, string isDue) =>
        $$"""
        SELECT is_current, {{stored}}, {{hasBegun}},
          CASE WHEN is_current AND ({{isDue}}) THEN pg_notify($31::text, 'due') END,
          CASE WHEN is_current AND $33::text IS NOT NULL THEN pg_notify($31::text, $33::text) END
        """;

    private const string HostsNotifySql =
        """
        , (SELECT count(pg_notify($31::text, concat_ws(chr(10), 'held', tenant_id, endpoint_id))) FROM queued WHERE due_at IS NULL)
        """;

    /// <summary>The statement's text.</summary>
    /// <param name="kind">Where it runs, and what is known of its messages.</param>
    /// <param name="hasNames">Whether messages have names of their own.</param>
    /// <param name="isHolding">Whether a subscriber's deliveries are held.</param>
    public static string Create(AppendKind kind, bool hasNames, bool isHolding)
    {
        var isCareful = kind != AppendKind.Plain;
        var takesNames = hasNames || isCareful;
        var locks = isHolding && kind != AppendKind.Hosts;
        var isFresh = takesNames ? "(SELECT flags FROM fresh)[m.ord]" : IsCurrent;
        var isKept = isCareful ? "(SELECT flags FROM kept)[d.ord]" : takesNames ? "(SELECT flags FROM fresh)[d.ord]" : IsCurrent;
        var hasBegun = locks ? "EXISTS (SELECT 1 FROM begun)" : "false";

        var sql = new StringBuilder();
        sql.Append(kind == AppendKind.Test ? TestedSql : SubscribedSql).Append(FitSql);
        if (takesNames)
        {
            sql.Append(NamesSql(kind == AppendKind.Hosts ? "1" : $"set_config('lock_timeout', '{LockTimeout}', true)"));
        }

        if (locks)
        {
            sql.Append(LocksSql(takesNames ? "(SELECT flags FROM fresh) IS NOT NULL" : IsCurrent));
        }

        sql.Append(StoreSql(isFresh)).Append(isCareful ? StoreNewSql : StoreAllSql);
        sql.Append(QueueSql(
            isKept,
            locks ? "SELECT flags FROM holding" : "$6::bool[]",
            locks || kind == AppendKind.Hosts ? "RETURNING tenant_id, endpoint_id, endpoint_seq, created_at, due_at" : ""));
        if (locks)
        {
            sql.Append(BeginLinesSql);
        }

        sql.Append(ResultSql(
            isCareful ? "(SELECT flags FROM kept)" : takesNames ? "(SELECT flags FROM fresh)" : "NULL::bool[]",
            hasBegun,
            locks ? $"$32::bool OR {hasBegun} OR EXISTS (SELECT 1 FROM locked WHERE is_resumed)" : "$32::bool"));
        if (kind == AppendKind.Hosts)
        {
            sql.Append(HostsNotifySql);
        }

        return sql.Append("\nFROM fit").ToString();
    }
}
