using Webhooks.Endpoints;
using Webhooks.PostgreSql.Tests.Server;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.PostgreSql.Tests.Messages;

/// <summary>An instance remembers who subscribes. What another has changed since counts all the same, with the very next message.</summary>
public sealed class FanOutTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly LeaseGrant Leases = new("dispatcher", Now.AddMinutes(2), 10);

    private readonly WebhookIdGenerator _ids = new();
    private TestSchema _schema = null!;
    private PostgreSqlWebhookStore _store = null!;
    private PostgreSqlWebhookStore _other = null!;

    public async Task InitializeAsync()
    {
        _schema = await TestSchema.CreateAsync();
        _store = await _schema.OpenAsync();
        _other = await _schema.OpenAsync();
        await _other.InsertEndpointAsync(Endpoint("first"), default);
        await _other.InsertEndpointAsync(Endpoint("second"), default);
        (await AppendAsync()).Should().Be((2, 2));
    }

    public async Task DisposeAsync()
    {
        await _other.DisposeAsync();
        await _store.DisposeAsync();
        await _schema.DisposeAsync();
    }

    [Fact]
    public async Task An_endpoint_that_was_added_gets_it()
    {
        await _other.InsertEndpointAsync(Endpoint("third"), default);

        (await AppendAsync()).Should().Be((3, 3));
    }

    [Fact]
    public async Task An_endpoint_that_was_deleted_does_not_get_it()
    {
        await DeleteAsync("first");

        (await AppendAsync()).Should().Be((1, 1));
    }

    [Fact]
    public async Task An_endpoint_in_the_place_of_one_that_was_deleted_gets_it_by_its_own_settings()
    {
        await DeleteAsync("first");
        await _other.InsertEndpointAsync(Endpoint("first", channels: ["eu"]), default);

        (await AppendAsync()).Should().Be((1, 1));
    }

    [Fact]
    public async Task An_endpoint_that_was_disabled_does_not_get_it_until_it_is_enabled()
    {
        await _other.ReplaceEndpointAsync(Endpoint("first", version: 2, status: EndpointStatus.Disabled), 1, default);
        (await AppendAsync()).Should().Be((1, 1));

        await _other.ReplaceEndpointAsync(Endpoint("first", version: 3), 2, default);
        (await AppendAsync()).DeliveryCount.Should().Be(2);
    }

    [Fact]
    public async Task An_endpoint_that_wants_other_channels_gets_it_by_these()
    {
        await _other.ReplaceEndpointAsync(Endpoint("first", version: 2, channels: ["eu"]), 1, default);

        (await AppendAsync()).Should().Be((1, 1));
        (await AppendAsync(channels: ["eu", "us"])).Should().Be((2, 2));
    }

    [Fact]
    public async Task An_endpoint_that_wants_other_event_types_gets_it_by_these()
    {
        await _other.ReplaceEndpointAsync(Endpoint("first", version: 2, eventTypes: ["invoice.*"]), 1, default);

        (await AppendAsync()).Should().Be((1, 1));
    }

    [Fact]
    public async Task A_delivery_to_an_endpoint_that_was_paused_is_held()
    {
        await PauseAsync("first");

        (await AppendAsync()).Should().Be((2, 1));
        (await HeldAsync()).Should().Be(1);
    }

    [Fact]
    public async Task A_delivery_to_an_endpoint_whose_pause_is_over_is_leased()
    {
        await PauseAsync("first");
        (await AppendAsync()).Should().Be((2, 1));

        await _other.ClaimAsync(new ClaimRequest("other", Now.AddHours(1), Now.AddHours(2), 10), default);
        var rest = await _other.ClaimHeldAsync(new HeldClaimRequest(Key("first"), "other", Now.AddHours(1), Now.AddHours(2), 10), default);

        rest.IsOver.Should().BeTrue();
        (await AppendAsync()).Should().Be((2, 2));
        (await HeldAsync()).Should().Be(0);
    }

    [Fact]
    public async Task A_delivery_to_an_endpoint_that_has_become_ordered_waits_in_its_line()
    {
        await _other.ReplaceEndpointAsync(Endpoint("first", version: 2, isOrdered: true), 1, default);

        (await AppendAsync()).Should().Be((2, 1));
        (await HeldAsync()).Should().Be(1);
    }

    [Fact]
    public async Task Messages_of_several_event_types_have_the_endpoints_of_their_own_type()
    {
        await _other.InsertEndpointAsync(Endpoint("invoices", eventTypes: ["invoice.*"]), default);

        var results = await _store.AppendAsync(
            [Message() with { EventType = "invoice.paid" }, Message(), Message() with { TenantId = "other" }, Message() with { EventType = "invoice.paid" }],
            Leases with { Limit = 4 },
            default);

        results.Select(static result => result.DeliveryCount).Should().Equal(3, 2, 0, 3);
        results.Select(static result => result.Leased.Count).Should().Equal(3, 1, 0, 0);
    }

    private async Task<(int DeliveryCount, int LeasedCount)> AppendAsync(params string[] channels)
    {
        var result = (await _store.AppendAsync([Message() with { Channels = channels }], Leases, default))[0];
        return (result.DeliveryCount, result.Leased.Count);
    }

    private Task<bool> DeleteAsync(string id) => _other.DeleteEndpointAsync(Key(id), null, Now, null, default);

    private Task<bool> PauseAsync(string id) => _other.PauseEndpointAsync(new EndpointPause(Key(id), Now.AddHours(1), Owner: null), default);

    private Task<long> HeldAsync() => _schema.ReadAsync<long>("SELECT count(*) FROM {schema}.pending WHERE due_at IS NULL");

    private static EndpointKey Key(string id) => new("acme", id);

    private static StoredEndpoint Endpoint(
        string id,
        long version = 1,
        EndpointStatus status = EndpointStatus.Enabled,
        string[]? eventTypes = null,
        string[]? channels = null,
        bool isOrdered = false) =>
        new(
            new WebhookEndpoint
            {
                Id = id,
                TenantId = "acme",
                Settings = new EndpointSettings
                {
                    Url = "https://example.com/hooks",
                    EventTypes = eventTypes ?? ["*"],
                    Channels = channels ?? [],
                    IsOrdered = isOrdered,
                },
                Status = status,
                Version = version,
                CreatedAt = Now,
                UpdatedAt = Now,
            },
            "{}");

    private WebhookMessage Message() => new()
    {
        Id = _ids.Create(WebhookIdGenerator.MessagePrefix, Now),
        TenantId = "acme",
        EventType = "order.paid",
        Payload = "{}"u8.ToArray(),
        Timestamp = Now,
        CreatedAt = Now,
    };
}
