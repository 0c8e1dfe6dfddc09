using Npgsql;
using Webhooks.PostgreSql.Connections;
using Webhooks.PostgreSql.Log;
using Webhooks.PostgreSql.Tests.Server;
using Webhooks.Storage;

namespace Webhooks.PostgreSql.Tests.Plans;

/// <summary>What people read touches about as many rows as they see, whatever PostgreSQL knows of the tables.</summary>
public sealed class LogPlanTests
{
    private const int Endpoints = 2_000;
    private const int Limit = 100;
    private const string InOrder = PostgreSqlDatabase.InOrderSql;
    private const string Defaults = "SELECT 1";

    /// <summary>An endpoint that got the first messages only.</summary>
    private const string Old = "ep_101";

    /// <summary>An endpoint that got half of the messages; the others share the rest.</summary>
    private const string Large = "ep_100";

    private const string Endpoint = $"CASE WHEN i <= 50 THEN '{Old}' WHEN i / 4 % 2 = 0 THEN '{Large}' ELSE 'ep_' || (i % 99 + 1) END";

    /// <summary>A message a millisecond, each with one delivery.</summary>
    private const string Key = "('01900000-' || lpad(to_hex(i), 4, '0') || '-7000-8000-000000000001')::uuid";

    /// <param name="rows">How many messages; of each four, three have a delivery that has ended.</param>
    /// <param name="isAnalysed">Whether there are statistics.</param>
    [Theory]
    [InlineData(0, false)]
    [InlineData(500, false)]
    [InlineData(20_000, false)]
    [InlineData(60_000, true)]
    public async Task Log_statements_touch_about_as_many_rows_as_they_read(int rows, bool isAnalysed)
    {
        await using var schema = await TestSchema.CreateAsync();
        await using var store = await schema.OpenAsync();
        await store.MakePartitionsAsync(Enumerable.Range(-10, 20).Select(day => Filler.Time.AddDays(day)), default);
        await Filler.ForgetStatisticsAsync(schema);
        await Filler.AddEndpointsAsync(schema, Endpoints);
        await FillAsync(schema, rows);
        if (isAnalysed)
        {
            await schema.ExecuteAsync("ANALYZE {schema}.pending; ANALYZE {schema}.deliveries; ANALYZE {schema}.attempts; ANALYZE {schema}.endpoints");
        }

        // The newest of what waits and the newest of what has ended, to count the newest of both; and the endpoint.
        var messages = new MessageLog(store.Database);
        var deliveries = new DeliveryLog(store.Database, messages);
        foreach (var endpoint in new[] { "ep_1", Large, Old, "ep_none" })
        {
            var query = new DeliveryCountQuery { TenantId = "acme", EndpointId = endpoint, Limit = Limit };
            (await ReadAsync(deliveries.CreateStatement(query), InOrder)).ShouldTouchAtMost(3 * Limit);
            (await ReadAsync(deliveries.CreateStatement(List(endpoint), Window, messageKey: null), InOrder)).ShouldTouchAtMost(4 * Limit);
            (await ReadAsync(deliveries.CreateStatement(query with { Since = Filler.Time.AddMilliseconds(rows / 2), Until = Filler.Time.AddDays(1) }), InOrder))
                .ShouldTouchAtMost(3 * Limit);
        }

        // An attempt, and its delivery where it waits or where it has ended.
        var attempts = new AttemptLog(store.Database, messages);
        foreach (var number in new[] { 1, rows / 2, rows - 1 })
        {
            var query = new AttemptQuery { TenantId = "acme", MessageId = "", Limit = Limit };
            (await ReadAsync(attempts.CreateStatement(query, KeyOf(number), default), Defaults)).ShouldTouchAtMost(4);
        }

        Task<PlanCost> ReadAsync(NpgsqlBatchCommand statement, string settings) => PlanReader.ReadAsync(schema, statement, settings);
    }

    private static KeyWindow Window => KeyWindow.Of("", cursor: null, since: null, until: null);

    private static DeliveryQuery List(string endpoint) => new() { TenantId = "acme", EndpointId = endpoint, Limit = Limit };

    private static Guid KeyOf(int number) => Guid.Parse($"01900000-{Math.Max(number, 0):x4}-7000-8000-000000000001");

    private static Task<int> FillAsync(TestSchema schema, int rows) => schema.ExecuteAsync(
        $$"""
        INSERT INTO {schema}.pending (key, tenant_id, message_key, endpoint_id, endpoint_seq, event_type, created_at, attempt_count, due_at)
        SELECT {{Key}}, 'acme', {{Key}}, e.id, e.seq, 'order.paid', to_timestamp({{Filler.Time.ToUnixTimeMilliseconds()}} / 1000.0 + i / 1000.0), 1, now()
        FROM generate_series(4, {{rows}}, 4) AS i JOIN {schema}.endpoints e ON e.tenant_id = 'acme' AND e.id = {{Endpoint}};
        INSERT INTO {schema}.deliveries (key, tenant_id, message_key, endpoint_id, event_type, status, attempt_count, created_at, completed_at)
        SELECT {{Key}}, 'acme', {{Key}}, {{Endpoint}}, 'order.paid', 1, 1,
          to_timestamp({{Filler.Time.ToUnixTimeMilliseconds()}} / 1000.0 + i / 1000.0), now()
        FROM generate_series(1, {{rows}}) AS i WHERE i % 4 <> 0;
        INSERT INTO {schema}.attempts (tenant_id, delivery_key, number, id, started_at, duration, error, is_truncated, response)
        SELECT 'acme', {{Key}}, 1, 'atmpt_' || i, now(), 1, 0, false, 'ok' FROM generate_series(1, {{rows}}) AS i
        """);
}
