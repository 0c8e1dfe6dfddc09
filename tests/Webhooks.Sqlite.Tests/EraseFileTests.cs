using System.Text;
using Webhooks.Dispatching;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.Sqlite.Tests;

/// <summary>What was erased is in no byte of the file or its log.</summary>
public sealed class EraseFileTests : IDisposable
{
    private const string Marker = "REMEMBER-ME";
    private const string Erased = "REMEMBER-ME-acme";
    private const string Kept = "other";

    private readonly TempDirectory _directory = new();
    private readonly TempDirectory _second = new();

    public void Dispose()
    {
        _directory.Dispose();
        _second.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task No_byte_of_an_erased_tenant_is_left_in_the_file_or_its_log(int seed)
    {
        using var store = A.Store(_directory.File());
        await FillAsync(store, new Random(seed));
        CountIn(_directory, Marker).Should().BePositive();
        var others = CountIn(_directory, "kept-payload");

        await EraseAsync(store);
        await store.FinishErasureAsync(default);

        CountIn(_directory, Marker).Should().Be(0);
        CountIn(_directory, "kept-payload").Should().BePositive().And.BeLessThanOrEqualTo(others);
        (await store.CountTenantAsync(Erased, default)).Should().Be(new TenantRows());
    }

    [Fact]
    public async Task No_byte_of_an_erased_payload_or_of_an_answer_that_repeats_it_is_left()
    {
        using var store = A.Store(_directory.File());
        await store.InsertEndpointAsync(Endpoint(Kept, "ep_1", "x"), default);
        var message = Message(Kept, "msg_1", Marker, 3_000);
        var lease = (await store.AppendAsync([message, Message(Kept, "msg_2", "kept-payload", 50)], Leases(), default))[0].Leased[0];
        await store.CompleteAsync(A.Owner, [Answered(A.Success(lease), Marker)], default);
        CountIn(_directory, Marker).Should().BePositive();

        await store.ErasePayloadAsync(Kept, "msg_1", A.Now, default);
        await store.FinishErasureAsync(default);

        CountIn(_directory, Marker).Should().Be(0);
        CountIn(_directory, "kept-payload").Should().BePositive();
    }

    [Theory]
    [InlineData("erased")]
    [InlineData("ended")]
    public async Task No_byte_of_what_a_transformation_has_made_of_an_erased_payload_is_left(string when)
    {
        using var store = A.Store(_directory.File());
        await store.InsertEndpointAsync(Endpoint(Kept, "ep_1", "x"), default);
        var lease = (await store.AppendAsync([Message(Kept, "msg_1", "a payload", 50)], Leases(), default))[0].Leased[0];
        var sent = new SentContent(Encoding.UTF8.GetBytes(Marker + new string('.', 6_000)));
        await store.CompleteAsync(A.Owner, [A.Success(lease) with { Status = DeliveryStatus.Pending, RetryAt = A.Now, Sent = sent }], default);
        CountIn(_directory, Marker).Should().BePositive();

        if (when == "ended")
        {
            var retried = (await store.ClaimAsync(A.Claim(now: A.Now), default)).Deliveries.Single();
            await store.CompleteAsync(A.Owner, [A.Success(retried)], default);
        }

        await store.ErasePayloadAsync(Kept, "msg_1", A.Now, default);
        await store.FinishErasureAsync(default);

        CountIn(_directory, Marker).Should().Be(0);
    }

    [Fact]
    public async Task Calls_that_come_together_share_the_writing_of_the_file_and_others_go_on()
    {
        using var store = A.Store(_directory.File());
        await FillAsync(store, new Random(4));

        var finishing = Enumerable.Range(0, 20).Select(_ => store.FinishErasureAsync(default)).ToList();
        await store.AppendAsync([Message(Kept, "msg_meanwhile", "kept-payload", 10)], leases: null, default);
        await Task.WhenAll(finishing);

        (await store.GetMessageAsync(Kept, "msg_meanwhile", default)).Should().NotBeNull();
    }

    [Fact]
    public async Task An_erasure_that_its_process_did_not_survive_is_finished_by_the_next_and_leaves_the_others_alone()
    {
        using var store = A.Store(_directory.File());
        await FillAsync(store, new Random(5));
        var others = await store.CountTenantAsync(Kept, default);
        await store.EraseTenantAsync(Erased, limit: 5, default);
        await store.EraseTenantAsync(Erased, limit: 5, default);

        // What a process leaves that is killed at this moment.
        foreach (var (name, bytes) in _directory.ReadAll())
        {
            await File.WriteAllBytesAsync(_second.File(name), bytes);
        }

        using var next = A.Store(_second.File());
        (await next.ClaimAsync(A.Claim(now: A.Now.AddYears(1)), default)).Deliveries.Should().NotContain(lease => lease.Message.TenantId == Erased);
        await EraseAsync(next);
        await next.FinishErasureAsync(default);

        CountIn(_second, Marker).Should().Be(0);
        (await next.CountTenantAsync(Kept, default)).Should().Be(others);
    }

    private static async Task EraseAsync(SqliteWebhookStore store)
    {
        while ((await store.EraseTenantAsync(Erased, limit: 20, default)).Total > 0)
        {
        }
    }

    /// <summary>Lets two tenants live: rows of all sizes, in an order that lets SQLite split pages, and changed endpoints.</summary>
    private static async Task FillAsync(SqliteWebhookStore store, Random random)
    {
        foreach (var (tenant, text) in new[] { (Erased, Marker), (Kept, "kept") })
        {
            for (var i = 0; i < 4; i++)
            {
                await store.InsertEndpointAsync(Endpoint(tenant, $"ep_{text}_{i}", text), default);
            }
        }

        var leases = new List<LeasedDelivery>();
        for (var i = 0; i < 150; i++)
        {
            var isErased = random.Next(3) == 0;
            var (tenant, text) = isErased ? (Erased, Marker) : (Kept, "kept-payload");
            var message = Message(tenant, $"msg_{random.Next()}_{(isErased ? Marker : "kept")}", text, random.Next(9_000)) with
            {
                EventId = $"{random.Next()}-{text}",
            };
            leases.AddRange((await store.AppendAsync([message], Leases(), default)).SelectMany(result => result.Leased));
            while (leases.Count > 0 && random.Next(5) > 0)
            {
                var at = random.Next(leases.Count);
                var lease = leases[at];
                leases.RemoveAt(at);
                var outcome = Answered(A.Success(lease), $"{(lease.Message.TenantId == Erased ? Marker : "kept")}{new string('.', random.Next(2_000))}");
                await store.CompleteAsync(
                    A.Owner,
                    [random.Next(4) == 0 ? outcome with { Status = DeliveryStatus.Pending, RetryAt = A.Now.AddDays(1) } : outcome],
                    default);
            }
        }

        for (var i = 0; i < 20; i++)
        {
            var stored = Endpoint(Erased, $"ep_{Marker}_{i % 4}", new string('?', random.Next(500)) + Marker);
            await store.ReplaceEndpointAsync(
                stored with { Endpoint = stored.Endpoint with { Version = i / 4 + 2 } }, expectedVersion: i / 4 + 1, default);
        }

        await store.ReserveAsync(A.Now, [new RateReservation(Erased, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1))], default);
    }

    private static StoredEndpoint Endpoint(string tenant, string id, string text)
    {
        var stored = A.Endpoint(id);
        return new StoredEndpoint(
            stored.Endpoint with { TenantId = tenant, Settings = stored.Endpoint.Settings with { Description = text } }, $"{{\"secret\":\"{text}\"}}");
    }

    private static WebhookMessage Message(string tenant, string id, string text, int size) =>
        A.Message(id) with { TenantId = tenant, Payload = Encoding.UTF8.GetBytes($"\"{text}{new string('x', size)}\"") };

    private static LeaseGrant Leases() => new(A.Owner, A.Now.AddMinutes(2), Limit: 10);

    private static DeliveryOutcome Answered(DeliveryOutcome outcome, string answer) =>
        outcome with { Attempt = outcome.Attempt with { ResponseExcerpt = Encoding.UTF8.GetBytes(answer) } };

    private static int CountIn(TempDirectory directory, string text) =>
        directory.ReadAll().Values.Sum(bytes => Encoding.Latin1.GetString(bytes).Split(text).Length - 1);
}
