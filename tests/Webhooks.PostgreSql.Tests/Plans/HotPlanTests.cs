using Npgsql;
using Webhooks.Dispatching;
using Webhooks.PostgreSql.Deliveries;
using Webhooks.PostgreSql.Endpoints;
using Webhooks.PostgreSql.Messages;
using Webhooks.PostgreSql.Tests.Server;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.PostgreSql.Tests.Plans;

/// <summary>
/// The statements of the hot path touch a few rows for each that they are about, whatever PostgreSQL knows of the tables.
/// </summary>
public sealed class HotPlanTests
{
    private const int Batch = 500;
    private const int Endpoints = 2_000;

    [Theory]
    [InlineData(Batch, false)]
    [InlineData(20_000, false)]
    [InlineData(100_000, true)]
    public async Task Hot_statements_touch_a_few_rows_for_each_that_they_are_about(int rows, bool isAnalysed)
    {
        await using var schema = await TestSchema.CreateAsync();
        await using var store = await schema.OpenAsync();
        await store.MakePartitionsAsync(Enumerable.Range(-10, 20).Select(day => Filler.Time.AddDays(day)), default);
        await Filler.ForgetStatisticsAsync(schema);
        await Filler.AddEndpointsAsync(schema, Endpoints);
        await Filler.AddPendingAsync(
            schema, from: 1, rows, $"'ep_' || (i % {Endpoints} + 1)", dueAt: "now() - interval '1 hour'", owner: "'dispatcher'", withMessages: true);
        if (isAnalysed)
        {
            await schema.ExecuteAsync("ANALYZE {schema}.pending; ANALYZE {schema}.messages; ANALYZE {schema}.endpoints; ANALYZE {schema}.subscriptions");
        }

        await VerifyAsync(schema, Statements(store));
        await VerifyAsync(schema, await AppendsAsync(store));
        await schema.ExecuteAsync("UPDATE {schema}.endpoints SET paused_until = now() + interval '1 hour' WHERE id IN ('ep_1', 'ep_2')");
        await VerifyAsync(schema, await AppendsAsync(store));
    }

    private static async Task VerifyAsync(TestSchema schema, IEnumerable<HotStatement> statements)
    {
        foreach (var (name, statement, touches, writes) in statements)
        {
            var cost = await PlanReader.ReadAsync(schema, statement);
            cost.RowsTouched.Should().BeLessThanOrEqualTo(touches * Batch, "{0} is planned as {1}", name, cost.Plan);
            cost.RowsWritten.Should().Be(writes * Batch, "{0} is planned as {1}", name, cost.Plan);
        }
    }

    private static IEnumerable<HotStatement> Statements(PostgreSqlWebhookStore store)
    {
        var now = TimeProvider.System.GetUtcNow();
        var numbers = Enumerable.Range(1, Batch).ToList();
        var loader = new LeaseLoader(store.Database);
        var outcomes = new OutcomeWriter(
            store.Database,
            store.Partitions,
            new Announcements(store.Database, store.Partitions, new MessageAppender(store.Database, store.Partitions, new FanOut(store.Database))));
        yield return new("load messages", loader.CreateStatement(numbers.ConvertAll(number => ("acme", Filler.KeyOf(number)))), 2, 0);
        yield return new("claim", new DueClaim(store.Database, loader, new HeldSweep(store.Database))
            .CreateStatement(new ClaimRequest("dispatcher-2", now, now.AddMinutes(2), Batch)), 4, 1);
        yield return new("oldest due", new DueClaim(store.Database, loader, new HeldSweep(store.Database)).CreateOldestStatement(now), 1, 0);
        yield return new("release", outcomes.CreateStatement("dispatcher", numbers.ConvertAll(
            number => (Filler.KeyOf(number), new DeliveryRelease(Lease(number), now)))), 2, 1);

        // An attempt each; of five, four leave the queue for the history, and one is written again where it is.
        yield return new("complete", outcomes.CreateStatement("dispatcher", numbers.ConvertAll(Outcome)), 4, 2.8);
    }

    private static async Task<List<HotStatement>> AppendsAsync(PostgreSqlWebhookStore store)
    {
        var fanOut = new FanOut(store.Database);
        List<EventTypeKey> types = [.. Enumerable.Range(1, Batch).Select(static number => new EventTypeKey("acme", Message(number).EventType)).Distinct()];
        var matches = await fanOut.MatchAsync(types, statement => store.Database.ReadAsync(statement, fanOut.Read, default));
        return
        [
            new("find endpoints", fanOut.CreateStatement(types), 1, 0),
            new("append", Append(store, matches, eventIds: false), 6, 2),
            new("append with event ids", Append(store, matches, eventIds: true), 8, 3),
        ];
    }

    private static NpgsqlBatchCommand Append(PostgreSqlWebhookStore store, EventTypeMatches[] matches, bool eventIds)
    {
        var ids = new WebhookIdGenerator();
        var messages = Enumerable.Range(1, Batch).Select(number =>
        {
            var message = Message(number) with { EventId = eventIds ? $"event-{number}" : null };
            return new NewMessage(number - 1, message, ids.CreateKey(Filler.Time), DeliveryKey.CreateTail(), OwnId: null);
        });
        return new AppendStatement(store.Database).Create(new AppendBatch([.. messages], matches, leaseLimit: 0), leases: null, AppendKind.Plain);
    }

    private static OutcomeWriter.KeyedOutcome Outcome(int number) => new(
        number - 1,
        Filler.KeyOf(number),
        new DeliveryOutcome(
            new DeliveryAttempt
            {
                Id = $"atmpt_{number}",
                TenantId = "acme",
                DeliveryId = "",
                Number = 1,
                StartedAt = Filler.Time,
                Duration = TimeSpan.Zero,
            },
            number % 5 == 0 ? DeliveryStatus.Pending : DeliveryStatus.Succeeded,
            number % 5 == 0 ? Filler.Time : null));

    private static LeasedDelivery Lease(int number) => new()
    {
        Id = WebhookIdGenerator.Encode("dlv_", Filler.KeyOf(number)),
        EndpointId = "",
        EndpointVersion = 1,
        AttemptNumber = 1,
        LeaseUntil = default,
        Message = Message(number),
    };

    private static WebhookMessage Message(int number) => new()
    {
        Id = "",
        TenantId = "acme",
        EventType = $"order.type{number % 50 + 1}",
        Payload = "{}"u8.ToArray(),
        Timestamp = Filler.Time,
        CreatedAt = Filler.Time,
    };

    /// <param name="Name">What it does.</param>
    /// <param name="Statement">The statement.</param>
    /// <param name="Touches">How many rows it may look at for each that it is about.</param>
    /// <param name="Writes">How many rows it writes for each that it is about.</param>
    private sealed record HotStatement(string Name, NpgsqlBatchCommand Statement, int Touches, double Writes);
}
