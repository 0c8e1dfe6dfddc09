using System.Text;
using Webhooks.Publishing;
using Webhooks.Storage;
using Xunit;

namespace Webhooks.Testing.Conformance;

// An endpoint with a filter gets the messages whose payload meets it, by the filter that it has at the moment of the append.
public abstract partial class WebhookStoreConformance
{
    private const string Large = """{"total":{"$gte":100}}""";
    private const string Small = """{"total":{"$lt":100}}""";

    [Fact]
    public async Task An_endpoint_with_a_filter_gets_the_messages_whose_payload_meets_it()
    {
        var large = await AddAsync(A.Endpoint(filter: Large));
        var small = await AddAsync(A.Endpoint(filter: Small));
        var alsoLarge = await AddAsync(A.Endpoint(filter: Large, channels: ["eu"]));
        var all = await AddEndpointAsync();

        var results = await AppendAsync(
            Message("msg_100", """{"total":100}"""),
            Message("msg_99", """{"total":99.99}"""),
            Message("msg_eu", """{"total":1e2}""", channels: ["eu"]),
            Message("msg_none", "{}"));

        Assert.Equal([2, 2, 3, 1], results.Select(result => result.DeliveryCount));
        Assert.Equal(Set(large, all), await EndpointsOfAsync("msg_100"));
        Assert.Equal(Set(small, all), await EndpointsOfAsync("msg_99"));
        Assert.Equal(Set(large, alsoLarge, all), await EndpointsOfAsync("msg_eu"));
        Assert.Equal(Set(all), await EndpointsOfAsync("msg_none"));
    }

    [Fact]
    public async Task What_a_filter_leaves_out_is_neither_leased_nor_claimed_nor_held()
    {
        await AddAsync(A.Endpoint(filter: Large));
        var paused = await AddAsync(A.Endpoint(filter: Large));
        await PauseAsync(paused, until: 500, A.Owner);
        await AddAsync(A.Endpoint(filter: Large, isOrdered: true));

        var results = await Store.AppendAsync(
            [Message("msg_a", """{"total":1}"""), Message("msg_b", """{"total":200}"""), Message("msg_c", """{"total":2}""")],
            new LeaseGrant(A.Owner, A.At(LeaseSeconds), Limit: 10),
            default);

        Assert.Equal([0, 3, 0], results.Select(result => result.DeliveryCount));
        Assert.Equal("msg_b", Assert.Single(results.SelectMany(result => result.Leased)).Message.Id);
        Assert.Empty((await ClaimAsync(at: 1)).Deliveries);
        Assert.Equal("msg_b", Assert.Single((await ClaimHeldAsync(paused, at: 1)).Deliveries).Message.Id);
        Assert.Equal(3, (await ReadDeliveriesAsync(new DeliveryQuery { TenantId = A.Tenant })).Count);
    }

    [Fact]
    public async Task The_very_next_append_honours_every_change_of_a_filter()
    {
        var endpoint = await AddEndpointAsync();
        Assert.Equal((1, 1), await FanOutAsync());

        await ChangeFilterAsync(endpoint, Large);
        Assert.Equal((0, 1), await FanOutAsync());

        await ChangeFilterAsync(endpoint, Small);
        Assert.Equal((1, 0), await FanOutAsync());

        await ChangeFilterAsync(endpoint, Large);
        Assert.Equal((0, 1), await FanOutAsync());

        await ChangeFilterAsync(endpoint, """{"total":{"$exists":true}}""");
        Assert.Equal((1, 1), await FanOutAsync());

        await ChangeFilterAsync(endpoint, filter: null);
        Assert.Equal((1, 1), await FanOutAsync());

        async Task<(int Small, int Large)> FanOutAsync()
        {
            var results = await AppendAsync(Message(null, """{"total":1}"""), Message(null, """{"total":1000}"""));
            return (results[0].DeliveryCount, results[1].DeliveryCount);
        }
    }

    [Fact]
    public async Task A_filter_that_is_met_first_changes_nothing_about_duplicates()
    {
        await AddAsync(A.Endpoint(filter: Large));
        var first = Message("msg_a", """{"total":200}""", eventId: "evt_1");

        var results = await AppendAsync(first, first with { Id = "msg_b" }, Message("msg_c", "{}", eventId: "evt_2"));
        await AddAsync(A.Endpoint(filter: Small));
        var again = await AppendAsync(first, Message("msg_d", """{"total":200}""", eventId: "evt_2"), Message("msg_e", """{"total":1}"""));

        Assert.Equal([("msg_a", 1, false), ("msg_a", 1, true), ("msg_c", 0, false)], results.Select(Brief));
        Assert.Equal([("msg_a", 1, true), ("msg_c", 0, true), ("msg_e", 1, false)], again.Select(Brief));

        static (string, int, bool) Brief(AppendResult result) => (result.MessageId, result.DeliveryCount, result.IsDuplicate);
    }

    [Fact]
    public async Task Filters_of_several_event_types_and_tenants_are_asked_in_one_append()
    {
        await AddAsync(A.Endpoint(eventTypes: ["order.*"], filter: Large));
        await AddAsync(A.Endpoint(eventTypes: ["cart.*"], filter: Small));
        await AddAsync(A.Endpoint(tenant: A.OtherTenant, filter: Small));

        var results = await AppendAsync(
            [.. Enumerable.Range(0, 60).Select(i => A.Message(
                tenant: i % 3 == 2 ? A.OtherTenant : A.Tenant,
                eventType: i % 3 == 0 ? "order.paid" : "cart.filled",
                payload: Bytes(i % 2 == 0 ? """{"total":1}""" : """{"total":1000}""")))]);

        Assert.Equal(
            Enumerable.Range(0, 60).Select(i => (i % 3 == 0) == (i % 2 == 1) ? 1 : 0),
            results.Select(result => result.DeliveryCount));
    }

    [Fact]
    public async Task While_filters_change_each_append_goes_by_one_that_the_endpoint_has()
    {
        const string Both = """{"$or":[{"total":{"$gte":100}},{"total":50}]}""";
        var endpoint = await AddAsync(A.Endpoint(filter: Large));
        var changing = Task.Run(async () =>
        {
            for (var i = 0; i < 30; i++)
            {
                await ChangeFilterAsync(endpoint, i % 2 == 0 ? Both : Large);
            }
        });

        do
        {
            var results = await AppendAsync(
                Message(null, """{"total":100}"""), Message(null, """{"total":50}"""), Message(null, """{"total":10}"""));
            Assert.Equal(1, results[0].DeliveryCount);
            Assert.Equal(0, results[2].DeliveryCount);
        }
        while (!changing.IsCompleted);

        await changing;
    }

    [Fact]
    public async Task An_announcement_goes_to_the_endpoints_whose_filter_it_meets()
    {
        await AddAsync(A.Endpoint(tenant: Operations, filter: """{"data":{"endpoint":"ep_1"}}"""));
        await AddAsync(A.Endpoint(tenant: Operations, filter: """{"data":{"endpoint":"ep_2"}}"""));
        var announcement = Announcement() with { Payload = Bytes("""{"data":{"endpoint":"ep_1"}}""") };

        Assert.True(await Store.InsertEndpointAsync(A.Endpoint("ep_1") with { Announcement = announcement }, default));
        var outcome = A.Failure(await AppendLeasedAsync()) with
        {
            Announcement = Announcement() with { Payload = Bytes("""{"data":{"endpoint":"ep_3"}}""") },
        };
        Assert.True(await CompleteAsync(outcome));

        Assert.Equal(announcement.Id, Assert.Single(await ReadDeliveriesAsync(new DeliveryQuery { TenantId = Operations })).MessageId);
        Assert.Equal(2, (await AnnouncedAsync()).Count);
    }

    [Fact]
    public async Task What_was_never_sent_is_what_the_filter_of_now_lets_through()
    {
        await AppendAsync(
            Message("msg_small", """{"total":1}"""), Message("msg_large", """{"total":200}"""), Message("msg_gone", """{"total":1}"""));
        await Store.ErasePayloadAsync(A.Tenant, "msg_gone", A.At(1), default);
        var endpoint = await AddAsync(A.Endpoint(filter: Large));
        await StartReplayAsync(NeverSent);

        var first = await TurnAsync(at: 10);
        Assert.Equal((1, 1L), (first.ReplayedCount, first.Job!.SkippedCount));

        await ChangeFilterAsync(endpoint, """{"total":{"$exists":true}}""");
        await StartReplayAsync(NeverSent, createdAt: 20);
        var second = await TurnAsync(at: 30);
        Assert.Equal((1, 1L), (second.ReplayedCount, second.Job!.SkippedCount));
        Assert.Equal(["msg_large", "msg_small"], (await ClaimAsync(at: 40)).Deliveries.Select(lease => lease.Message.Id).Order(StringComparer.Ordinal));
    }

    private static WebhookMessage Message(
        string? id, string payload, string? eventId = null, IReadOnlyList<string>? channels = null) =>
        A.Message(id: id, payload: Bytes(payload), eventId: eventId, channels: channels);

    private static byte[] Bytes(string payload) => Encoding.UTF8.GetBytes(payload);

    private static HashSet<string> Set(params IEnumerable<EndpointKey> endpoints) =>
        endpoints.Select(endpoint => endpoint.EndpointId).ToHashSet(StringComparer.Ordinal);

    private Task<StoredEndpoint> ChangeFilterAsync(EndpointKey endpoint, string? filter) =>
        ChangeAsync(endpoint, changed => changed with { Settings = changed.Settings with { Filter = filter } });

    private async Task<HashSet<string>> EndpointsOfAsync(string messageId) =>
        (await ReadDeliveriesAsync(messageId)).Select(delivery => delivery.EndpointId).ToHashSet(StringComparer.Ordinal);
}
