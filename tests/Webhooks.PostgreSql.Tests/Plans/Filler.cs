using Webhooks.PostgreSql.Tests.Server;

namespace Webhooks.PostgreSql.Tests.Plans;

/// <summary>Fills tables by the ten thousands. Nothing is analysed: autovacuum is off for them.</summary>
internal static class Filler
{
    /// <summary>Keys of one day; the number stands in their last digits.</summary>
    private const string Key = "('01900000-0000-7' || lpad(to_hex(i / 65536), 3, '0') || '-8000-' || lpad(to_hex(i), 12, '0'))::uuid";

    /// <summary>The time in these keys.</summary>
    public static readonly DateTimeOffset Time = DateTimeOffset.FromUnixTimeMilliseconds(0x019000000000);

    public static Guid KeyOf(int number) => Guid.Parse($"01900000-0000-7{number / 65536:x3}-8000-{number:x12}");

    public static Task ForgetStatisticsAsync(TestSchema schema) => schema.ExecuteAsync(
        """
        ALTER TABLE {schema}.pending SET (autovacuum_enabled = false);
        ALTER TABLE {schema}.endpoints SET (autovacuum_enabled = false);
        ALTER TABLE {schema}.subscriptions SET (autovacuum_enabled = false);
        ALTER TABLE {schema}.message_ids SET (autovacuum_enabled = false)
        """);

    /// <summary>Adds endpoints that subscribe to one event type each.</summary>
    public static Task AddEndpointsAsync(TestSchema schema, int count, string prefix = "ep", string pausedUntil = "NULL") => schema.ExecuteAsync(
        $$"""
        INSERT INTO {schema}.endpoints (tenant_id, id, version, status, paused_until, created_at, updated_at, settings, secrets)
        SELECT 'acme', '{{prefix}}_' || i, 1, 0, {{pausedUntil}}, now(), now(), '{"url":"https://example.com"}', '[]'
        FROM generate_series(1, {{count}}) AS i;
        INSERT INTO {schema}.subscriptions (tenant_id, pattern, endpoint_id)
        SELECT 'acme', 'order.type' || i, '{{prefix}}_' || i FROM generate_series(1, {{count}}) AS i
        """);

    /// <summary>Adds pending deliveries with their messages' keys as their own, and their messages if asked for.</summary>
    /// <param name="schema">Where.</param>
    /// <param name="from">The first number.</param>
    /// <param name="count">How many.</param>
    /// <param name="endpoint">SQL of the endpoint's id.</param>
    /// <param name="dueAt">SQL of the due time.</param>
    /// <param name="owner">SQL of the owner.</param>
    /// <param name="withMessages">Whether to add the messages.</param>
    public static async Task AddPendingAsync(
        TestSchema schema, int from, int count, string endpoint, string dueAt, string owner = "NULL", bool withMessages = false)
    {
        await schema.ExecuteAsync(
            $$"""
            INSERT INTO {schema}.pending (key, tenant_id, message_key, endpoint_id, endpoint_seq, event_type, created_at, attempt_count, due_at, owner)
            SELECT {{Key}}, 'acme', {{Key}}, e.id, e.seq, 'order.paid', now(), 0, {{dueAt}}, {{owner}}
            FROM generate_series({{from}}, {{from + count - 1}}) AS i
            JOIN {schema}.endpoints e ON e.tenant_id = 'acme' AND e.id = {{endpoint}}
            """);
        if (withMessages)
        {
            await schema.ExecuteAsync(
                $$"""
                INSERT INTO {schema}.messages (key, tenant_id, event_type, payload, timestamp, created_at, delivery_count)
                SELECT {{Key}}, 'acme', 'order.paid', '{}', now(), now(), 1
                FROM generate_series({{from}}, {{from + count - 1}}) AS i
                """);
        }
    }
}
