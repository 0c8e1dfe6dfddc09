using Webhooks.Dispatching;
using Webhooks.PostgreSql.Endpoints;
using Webhooks.PostgreSql.Messages;
using Webhooks.PostgreSql.Partitions;
using Webhooks.PostgreSql.Replay;
using Webhooks.PostgreSql.Tests.Plans;
using Webhooks.PostgreSql.Tests.Server;
using Webhooks.Replay;
using Webhooks.Storage;

namespace Webhooks.PostgreSql.Tests.Replay;

public sealed class ReplayTests
{
    private const int Limit = 200;

    /// <summary>A message a millisecond, so that the deliveries of each are a range of keys of their own.</summary>
    private const string Key = "('01900000-' || lpad(to_hex(i), 4, '0') || '-7000-8000-000000000001')::uuid";

    [Fact]
    public async Task A_turn_touches_no_more_rows_than_it_may_look_at_in_a_history_that_nobody_has_analysed()
    {
        await using var schema = await TestSchema.CreateAsync();
        await using var store = await schema.OpenAsync();
        await store.MakePartitionsAsync([Filler.Time], default);
        await Filler.AddEndpointsAsync(schema, 100);
        await schema.ExecuteAsync(
            "INSERT INTO {schema}.subscriptions (tenant_id, pattern, endpoint_id) SELECT 'acme', 'order.*', 'ep_' || i FROM generate_series(1, 100) AS i");
        await FillHistoryAsync(schema, count: 20_000);
        var ended = new EndedReplay(store.Database);
        var fanOut = new FanOut(store.Database);
        var neverSent = new NeverSentReplay(store.Database, fanOut);
        var window = new ReplayWindow(
            new ReplayRequest { TenantId = "acme", Until = DateTimeOffset.MaxValue }, KeyOf(5_000), KeyTime.EndKey(Filler.Time.AddDays(1)));

        (await PlanReader.ReadAsync(schema, ended.CreateStatement(window, DeliveryStatus.Failed, Limit))).ShouldTouchAtMost(4 * Limit);
        (await PlanReader.ReadAsync(schema, ended.CreateStatement(window, DeliveryStatus.Succeeded, Limit))).ShouldTouchAtMost(4 * Limit);
        (await PlanReader.ReadAsync(schema, neverSent.CreateStatement(window, Limit))).ShouldTouchAtMost(Limit);
        var keys = Enumerable.Range(5_000, Limit).Select(KeyOf).ToList();
        (await PlanReader.ReadAsync(schema, ended.CreateStatement("acme", keys.ConvertAll(Row), Filler.Time))).ShouldTouchAtMost(2 * Limit);
        (await PlanReader.ReadAsync(schema, neverSent.CreateStatement("acme", keys))).ShouldTouchAtMost(2 * Limit);
        (await PlanReader.ReadAsync(schema, fanOut.CreateStatement([new EventTypeKey("acme", "order.paid")], "ep_7"))).ShouldTouchAtMost(8);
        (await PlanReader.ReadAsync(schema, ended.CreateGetResendIdStatement("acme", keys[0]))).ShouldTouchAtMost(4);
        (await PlanReader.ReadAsync(schema, ended.CreateSetResendIdStatement("acme", keys[0], keys[0], "r"))).ShouldTouchAtMost(2);
    }

    [Fact]
    public async Task A_delivery_whose_message_was_removed_is_skipped_and_cannot_be_resent()
    {
        await using var schema = await TestSchema.CreateAsync();
        await using var store = await schema.OpenAsync();
        await store.MakePartitionsAsync([Filler.Time], default);
        await Filler.AddEndpointsAsync(schema, 100);
        await FillHistoryAsync(schema, count: 4);
        await schema.ExecuteAsync("DELETE FROM {schema}.messages WHERE key = '" + KeyOf(2) + "'");
        await store.InsertReplayAsync(
            new ReplayJob
            {
                Id = "rpl_1",
                Request = new ReplayRequest { TenantId = "acme", Until = DateTimeOffset.UnixEpoch.AddYears(100) },
                CreatedAt = Filler.Time,
            },
            default);

        var turn = await store.RunReplayAsync(
            new ReplayTurn
            {
                Now = Filler.Time, Limit = 10, ScanLimit = 10, NextAt = Filler.Time, NextScanAt = Filler.Time, BlockedBefore = Filler.Time.AddDays(-1),
            },
            default);

        (turn.Job!.ReplayedCount, turn.Job.SkippedCount).Should().Be((1, 1));
        var resend = await store.ResendAsync(
            "acme", WebhookIdGenerator.Encode(DeliveryKey.Prefix, KeyOf(2)), Filler.Time, resendId: null, default);
        resend.Should().Be(ResendResult.NotFound);
    }

    private static Guid KeyOf(int number) => Guid.Parse($"01900000-{number:x4}-7000-8000-000000000001");

    /// <summary>Adds messages with a delivery each: every second has failed.</summary>
    private static async Task FillHistoryAsync(TestSchema schema, int count) => await schema.ExecuteAsync(
        $$"""
        INSERT INTO {schema}.messages (key, tenant_id, event_type, payload, timestamp, created_at, delivery_count)
        SELECT {{Key}}, 'acme', 'order.paid', '{}', now(), now(), 1 FROM generate_series(1, {{count}}) AS i;
        INSERT INTO {schema}.deliveries (key, tenant_id, message_key, endpoint_id, event_type, status, attempt_count, created_at, completed_at)
        SELECT {{Key}}, 'acme', {{Key}}, 'ep_' || (1 + i % 100), 'order.paid', 1 + (i + 1) % 2, 1, now(), now()
        FROM generate_series(1, {{count}}) AS i
        """);

    private static (EndedRow Row, ResendNote Note) Row(Guid key) => (
        new EndedRow(
            key, Filler.Time, "ep_1", "order.paid", DeliveryStatus.Failed, 1, 1, 0, IsPaused: false, HasPayload: true, CancelReason: null, DeliverAt: null, ExpiresAt: null, IsAtMostOnce: false, IsTest: false),
        ResendNote.ForWholeSchedule(DeliveryStatus.Failed, 1, before: null));
}
