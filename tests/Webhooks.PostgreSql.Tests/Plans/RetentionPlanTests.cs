using Webhooks.PostgreSql.Retention;
using Webhooks.PostgreSql.Tests.Server;
using Webhooks.Storage;

namespace Webhooks.PostgreSql.Tests.Plans;

public sealed class RetentionPlanTests
{
    private const int Limit = 200;
    private const int Messages = 20_000;

    /// <summary>A message a millisecond, so that the deliveries of each are a range of keys of their own.</summary>
    private const string Key = "('01900000-' || lpad(to_hex(i), 4, '0') || '-7000-8000-000000000001')::uuid";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Removing_payloads_touches_a_few_rows_for_each_and_none_of_the_messages_that_keep_theirs(bool isAnalysed)
    {
        await using var schema = await TestSchema.CreateAsync();
        await using var store = await schema.OpenAsync();
        await store.MakePartitionsAsync(Enumerable.Range(-5, 10).Select(day => Filler.Time.AddDays(day)), default);
        await Filler.ForgetStatisticsAsync(schema);
        await FillAsync(schema);
        if (isAnalysed)
        {
            await schema.ExecuteAsync("ANALYZE {schema}.messages; ANALYZE {schema}.deliveries; ANALYZE {schema}.attempts; ANALYZE {schema}.pending");
        }

        var pruner = new PayloadPruner(store.Database);
        var request = new PayloadPruneRequest(Filler.Time.AddYears(100), TimeSpan.FromHours(1), Limit);
        var due = Enumerable.Range(1, Limit)
            .Select(number => new PayloadPruner.DueMessage("acme", KeyOf(number), Filler.Time, IsPending: false)).ToList();

        (await PlanReader.ReadAsync(schema, pruner.CreateDueStatement(request))).ShouldTouchAtMost(2 * Limit);
        (await PlanReader.ReadAsync(schema, pruner.CreateRemoveStatement(due))).ShouldTouchAtMost(2 * Limit);
        (await PlanReader.ReadAsync(schema, pruner.CreatePostponeStatement(due, request))).ShouldTouchAtMost(2 * Limit);
        (await PlanReader.ReadAsync(schema, pruner.CreateRemoveExcerptsStatement(due))).ShouldTouchAtMost(4 * Limit);

        while (await store.PrunePayloadsAsync(request, default) > 0)
        {
        }

        (await schema.ReadAsync<long>("SELECT count(*) FROM {schema}.messages WHERE payload = ''")).Should().Be(Messages / 4);
        (await schema.ReadAsync<long>("SELECT count(*) FROM {schema}.attempts WHERE response IS NULL")).Should().Be(Messages / 4);
    }

    [Fact]
    public async Task A_message_without_a_time_for_its_payload_has_no_entry_in_the_index_for_it()
    {
        await using var schema = await TestSchema.CreateAsync();
        await using var store = await schema.OpenAsync();
        await store.MakePartitionsAsync([Filler.Time], default);
        await schema.ExecuteAsync(
            $$"""
            INSERT INTO {schema}.messages (key, tenant_id, event_type, payload, timestamp, created_at, delivery_count)
            SELECT {{Key}}, 'acme', 'order.paid', '{}', now(), now(), 1 FROM generate_series(1, {{Messages}}) AS i
            """);

        (await schema.ReadAsync<long>(
            "SELECT sum(pg_relation_size(indexrelid))::bigint FROM pg_index WHERE indexrelid::regclass::text LIKE '%payload_kept_until%'"
            + " AND indrelid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = '{schema}.messages'::regclass)"))
            .Should().Be(8192, "an empty index is its first page");
    }

    private static Guid KeyOf(int number) => Guid.Parse($"01900000-{number:x4}-7000-8000-000000000001");

    /// <summary>Adds messages with a delivery and an attempt each; the payloads of the first quarter have a time.</summary>
    private static Task<int> FillAsync(TestSchema schema) => schema.ExecuteAsync(
        $$"""
        INSERT INTO {schema}.messages (key, tenant_id, event_type, payload, timestamp, created_at, delivery_count, payload_kept_until)
        SELECT {{Key}}, 'acme', 'order.paid', '{}', now(), now(), 1, CASE WHEN i <= {{Messages / 4}} THEN now() END
        FROM generate_series(1, {{Messages}}) AS i;
        INSERT INTO {schema}.deliveries (key, tenant_id, message_key, endpoint_id, event_type, status, attempt_count, created_at, completed_at)
        SELECT {{Key}}, 'acme', {{Key}}, 'ep_1', 'order.paid', 1, 1, now(), now() FROM generate_series(1, {{Messages}}) AS i;
        INSERT INTO {schema}.attempts (tenant_id, delivery_key, number, id, started_at, duration, error, is_truncated, response)
        SELECT 'acme', {{Key}}, 1, 'atmpt_' || i, now(), 1, 0, false, 'ok' FROM generate_series(1, {{Messages}}) AS i
        """);
}
