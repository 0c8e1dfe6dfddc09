using System.Text;
using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.PostgreSql.Erasure;
using Webhooks.PostgreSql.Notifications;
using Webhooks.PostgreSql.Tests.Plans;
using Webhooks.PostgreSql.Tests.Server;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.PostgreSql.Tests.Erasure;

public sealed class EraseTenantTests
{
    private const string Marker = "REMEMBER-ME";
    private const int Limit = 200;

    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task No_row_of_any_table_names_an_erased_tenant_and_no_file_of_a_table_does_once_it_is_written_anew()
    {
        // A server of its own: what is deleted stays in the files as long as a transaction anywhere in the server is older.
        await using var server = await PostgreSqlServer.StartAsync();
        await using var schema = TestSchema.On(server);
        await using var store = await schema.OpenAsync();
        await FillAsync(store, Marker);
        await FillAsync(store, "kept");
        (await RowsWithAsync(schema, Marker)).Should().BePositive();
        var others = await RowsWithAsync(schema, "kept");
        (await FilesWithAsync(schema, Marker)).Should().BePositive();

        while ((await store.EraseTenantAsync(Marker, limit: 3, default)).Total > 0)
        {
        }

        (await RowsWithAsync(schema, Marker)).Should().Be(0);
        (await RowsWithAsync(schema, "kept")).Should().Be(others);
        foreach (var table in await TablesAsync(schema))
        {
            await schema.ExecuteAsync($"VACUUM FULL {table}");
        }

        (await FilesWithAsync(schema, Marker)).Should().Be(0);
        (await FilesWithAsync(schema, "kept")).Should().BePositive();
    }

    [Fact]
    public async Task No_row_holds_what_a_transformation_has_made_of_an_erased_payload()
    {
        await using var schema = await TestSchema.CreateAsync();
        await using var store = await schema.OpenAsync();
        await FillAsync(store, "kept");
        var lease = (await store.AppendAsync([Message("kept", "msg_last", "a payload")], Leases(), default))[0].Leased[0];
        var sent = new SentContent(Encoding.UTF8.GetBytes(Marker));
        await store.CompleteAsync("dispatcher", [Outcome(lease, DeliveryStatus.Pending, "an answer") with { Sent = sent }], default);
        (await RowsWithAsync(schema, Marker)).Should().Be(1);

        await store.ErasePayloadAsync("kept", "msg_last", Now, default);

        (await RowsWithAsync(schema, Marker)).Should().Be(0);
    }

    [Fact]
    public async Task No_row_holds_an_erased_payload_or_an_answer_that_repeats_it()
    {
        await using var schema = await TestSchema.CreateAsync();
        await using var store = await schema.OpenAsync();
        await FillAsync(store, "kept");
        var message = Message("kept", "msg_last", Marker);
        var lease = (await store.AppendAsync([message], Leases(), default))[0].Leased[0];
        await store.CompleteAsync("dispatcher", [Outcome(lease, DeliveryStatus.Succeeded, Marker)], default);
        (await RowsWithAsync(schema, Marker)).Should().BePositive();

        (await store.ErasePayloadAsync("kept", "msg_last", Now, default)).Should().Be(new PayloadErasure(HadPayload: true, 1, CanceledCount: 4));

        (await RowsWithAsync(schema, Marker)).Should().Be(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_batch_touches_no_more_rows_than_it_may_erase_however_many_there_are(bool isAnalysed)
    {
        await using var schema = await TestSchema.CreateAsync();
        await using var store = await schema.OpenAsync();
        await store.MakePartitionsAsync(Enumerable.Range(-5, 10).Select(day => Filler.Time.AddDays(day)), default);
        await Filler.ForgetStatisticsAsync(schema);
        await Filler.AddEndpointsAsync(schema, 2_000);
        await Filler.AddPendingAsync(schema, from: 1, 20_000, "'ep_' || (i % 2000 + 1)", dueAt: "now()", withMessages: true);
        await schema.ExecuteAsync(
            """
            INSERT INTO {schema}.deliveries (key, tenant_id, message_key, endpoint_id, event_type, status, attempt_count, created_at, completed_at)
            SELECT key, tenant_id, message_key, endpoint_id, event_type, 1, 1, created_at, now() FROM {schema}.pending;
            INSERT INTO {schema}.attempts (tenant_id, delivery_key, number, id, started_at, duration, error, is_truncated, response)
            SELECT tenant_id, key, 1, 'atmpt', now(), 1, 0, false, 'ok' FROM {schema}.pending;
            INSERT INTO {schema}.message_ids (tenant_id, kind, value, message_key) SELECT tenant_id, 1, key::text, key FROM {schema}.messages
            """);
        if (isAnalysed)
        {
            await schema.ExecuteAsync("ANALYZE");
        }

        var eraser = new TenantEraser(store.Database);

        (await PlanReader.ReadAsync(schema, eraser.CreateEndpointsStatement("acme", Limit))).ShouldTouchAtMost(3 * Limit);
        foreach (var (table, order) in new[] { ("subscriptions", "pattern"), ("message_ids", "kind"), ("pending", "key") })
        {
            (await PlanReader.ReadAsync(schema, eraser.CreatePlainStatement(table, order, "acme", Limit))).ShouldTouchAtMost(3 * Limit);
        }

        foreach (var (table, key) in new[] { ("messages", "key"), ("deliveries", "key"), ("attempts", "delivery_key") })
        {
            (await PlanReader.ReadAsync(schema, eraser.CreateBoundStatement(table, key, "acme", Limit))).ShouldTouchAtMost(2 * Limit);
            (await PlanReader.ReadAsync(schema, eraser.CreatePartitionedStatement(table, key, "acme", Filler.KeyOf(Limit)))).ShouldTouchAtMost(2 * Limit);
        }

        (await PlanReader.ReadAsync(schema, eraser.CreatePlainStatement("pending", "key", "nobody", Limit))).ShouldTouchAtMost(0);
    }

    [Theory]
    [InlineData("msg_1")]
    [InlineData(null)]
    public void Other_instances_are_told_what_was_erased(string? messageId) =>
        Notification.ReadErasure(Notification.ForErasureOf("acme, inc.", messageId)).Should().Be(("acme, inc.", messageId));

    private static async Task FillAsync(PostgreSqlWebhookStore store, string tenant)
    {
        for (var i = 0; i < 5; i++)
        {
            await store.InsertEndpointAsync(
                new StoredEndpoint(
                    new WebhookEndpoint
                    {
                        Id = $"ep_{i}",
                        TenantId = tenant,
                        Settings = new EndpointSettings { Url = $"https://{tenant}.example.com/", EventTypes = ["*"] },
                        Version = 1,
                        CreatedAt = Now,
                        UpdatedAt = Now,
                    },
                    $"{{\"secret\":\"{tenant}\"}}"),
                default);
        }

        for (var i = 0; i < 5; i++)
        {
            var leases = (await store.AppendAsync([Message(tenant, $"msg_{i}", tenant)], Leases(), default))[0].Leased;
            await store.CompleteAsync(
                "dispatcher",
                [Outcome(leases[0], DeliveryStatus.Succeeded, tenant), Outcome(leases[1], DeliveryStatus.Pending, tenant)],
                default);
        }

        await store.InsertReplayAsync(
            new() { Id = "rpl_1", Request = new() { TenantId = tenant, Until = Now }, CreatedAt = Now }, default);
        await store.ReserveAsync(Now, [new RateReservation(tenant, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1))], default);
    }

    private static WebhookMessage Message(string tenant, string id, string text) => new()
    {
        Id = id,
        TenantId = tenant,
        EventType = "order.paid",
        EventId = $"event-of-{id}",
        Payload = Encoding.UTF8.GetBytes($"\"{text}\""),
        Timestamp = Now,
        CreatedAt = Now,
    };

    private static LeaseGrant Leases() => new("dispatcher", Now.AddMinutes(2), Limit: 10);

    private static DeliveryOutcome Outcome(LeasedDelivery lease, DeliveryStatus status, string answer) => new(
        new DeliveryAttempt
        {
            Id = $"atmpt_{lease.Id}",
            TenantId = lease.Message.TenantId,
            DeliveryId = lease.Id,
            Number = 1,
            StartedAt = Now,
            Duration = TimeSpan.Zero,
            StatusCode = 200,
            ResponseExcerpt = Encoding.UTF8.GetBytes(answer),
        },
        status,
        status == DeliveryStatus.Pending ? Now.AddDays(1) : null);

    private static async Task<List<string>> TablesAsync(TestSchema schema)
    {
        var names = await schema.ReadAsync<string[]>(
            "SELECT array_agg(oid::regclass::text) FROM pg_class WHERE relnamespace = '{schema}'::regnamespace AND relkind = 'r'");
        return [.. names];
    }

    /// <summary>The rows, as text, that hold a text; payloads and answers decoded.</summary>
    private static async Task<long> RowsWithAsync(TestSchema schema, string text)
    {
        var count = 0L;
        foreach (var table in await TablesAsync(schema))
        {
            count += await schema.ReadAsync<long>(
                $"SELECT count(*) FROM {table} t WHERE t::text LIKE '%{text}%' OR t::text LIKE '%{Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text))}%'");
        }

        return count;
    }

    /// <summary>How many files of tables and indexes hold a text, as they are on the disk.</summary>
    private static async Task<long> FilesWithAsync(TestSchema schema, string text)
    {
        await schema.ExecuteAsync("CHECKPOINT");
        return await schema.ReadAsync<long>(
            $$"""
            SELECT count(*) FROM (
              SELECT oid FROM pg_class WHERE relnamespace = '{schema}'::regnamespace AND relkind IN ('r', 'i')
              UNION
              SELECT reltoastrelid FROM pg_class WHERE relnamespace = '{schema}'::regnamespace AND reltoastrelid <> 0) AS c
            WHERE position('{{text}}'::bytea IN pg_read_binary_file(pg_relation_filepath(c.oid))) > 0
            """);
    }
}
