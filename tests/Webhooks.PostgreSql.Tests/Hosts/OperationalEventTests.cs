using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Dispatching;
using Webhooks.Operations;
using Webhooks.PostgreSql.Tests.Server;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.PostgreSql.Tests.Hosts;

/// <summary>Operational events of several instances on one database.</summary>
public sealed class OperationalEventTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly WebhookIdGenerator _ids = new();
    private TestSchema _schema = null!;

    public async Task InitializeAsync() => _schema = await TestSchema.CreateAsync();

    public async Task DisposeAsync() => await _schema.DisposeAsync();

    [Fact]
    public async Task Each_event_is_handled_by_one_of_two_instances_and_at_once()
    {
        const int Events = 40;
        var handled = new Handled();
        await using var first = await StartAsync(handled);
        await using var second = await StartAsync(handled);
        for (var i = 0; i < Events; i++)
        {
            await (i % 2 == 0 ? first : second).AddEndpointAsync();
        }

        await handled.UntilAsync(Events);
        await Patience.UntilAsync(async () => await _schema.ReadAsync<long>("SELECT count(*) FROM {schema}.pending") == 0);

        handled.Ids.Should().HaveCount(Events).And.OnlyHaveUniqueItems();
        (await _schema.ReadAsync<long>("SELECT count(*) FROM {schema}.endpoints WHERE tenant_id = '$operational'")).Should().Be(1);
    }

    [Fact]
    public async Task A_process_that_does_not_dispatch_has_its_events_handled_by_another_at_once()
    {
        var handled = new Handled();
        await using var dispatcher = await StartAsync(handled);
        await using var other = await StartAsync(handled, dispatches: false);

        var endpoint = await other.AddEndpointAsync();
        await handled.UntilAsync(1);
        await other.Endpoints.DisableAsync(endpoint.EndpointId);
        await handled.UntilAsync(2);
        await other.Endpoints.DeleteAsync(endpoint.EndpointId);
        await handled.UntilAsync(3);
    }

    [Fact]
    public async Task An_outcome_without_an_announcement_is_one_statement_as_before()
    {
        await using var store = await _schema.OpenAsync();
        await store.MakePartitionsAsync([Now], default);
        await AddAsync(store, "acme");
        await AddAsync(store, WebhooksDefaults.OperationalTenantId);
        for (var i = 0; i < 3; i++)
        {
            var lease = await AppendAsync(store);
            var before = store.Database.StatementCount;
            await store.CompleteAsync("owner", [Failure(lease)], default);

            (store.Database.StatementCount - before).Should().BeLessThanOrEqualTo(2, "the outcome, and perhaps plans that are dropped");
        }
    }

    [Fact]
    public async Task Of_a_batch_with_announcements_both_are_two_statements_and_a_transaction_however_many_they_are()
    {
        await using var store = await _schema.OpenAsync();
        await store.MakePartitionsAsync([Now], default);
        await AddAsync(store, "acme");
        await AddAsync(store, WebhooksDefaults.OperationalTenantId);
        var outcomes = new List<DeliveryOutcome>();
        for (var i = 0; i < 100; i++)
        {
            outcomes.Add(Failure(await AppendAsync(store)) with { Announcement = Message(WebhooksDefaults.OperationalTenantId) });
        }

        var before = store.Database.StatementCount;
        (await store.CompleteAsync("owner", outcomes, default)).Should().OnlyContain(effective => effective);

        (store.Database.StatementCount - before).Should().BeLessThanOrEqualTo(3);
        (await _schema.ReadAsync<long>("SELECT count(*) FROM {schema}.pending WHERE tenant_id = '$operational'")).Should().Be(100);
    }

    [Fact]
    public async Task An_announcement_that_cannot_be_stored_undoes_its_outcome()
    {
        await using var store = await _schema.OpenAsync();
        await store.MakePartitionsAsync([Now], default);
        await AddAsync(store, "acme");
        var lease = await AppendAsync(store);
        await _schema.ExecuteAsync("ALTER TABLE {schema}.messages ADD CONSTRAINT full_disk CHECK (tenant_id <> '$operational')");

        var complete = () => store.CompleteAsync(
            "owner", [Failure(lease) with { Announcement = Message(WebhooksDefaults.OperationalTenantId) }], default);

        await complete.Should().ThrowAsync<WebhookStoreException>();
        (await store.GetDeliveryAsync("acme", lease.Id, default))!.Status.Should().Be(DeliveryStatus.Pending);
        (await store.CompleteAsync("owner", [Failure(lease)], default)).Should().Equal([true]);
    }

    private static async Task AddAsync(PostgreSqlWebhookStore store, string tenantId) => await store.InsertEndpointAsync(
        new StoredEndpoint(
            new()
            {
                Id = "ep_1",
                TenantId = tenantId,
                Settings = new() { Url = "https://receiver.test/", EventTypes = ["*"] },
                Version = 1,
                CreatedAt = Now,
                UpdatedAt = Now,
            },
            "{}"),
        default);

    private static DeliveryOutcome Failure(LeasedDelivery lease) => new(
        new DeliveryAttempt
        {
            Id = "atmpt_1",
            TenantId = lease.Message.TenantId,
            DeliveryId = lease.Id,
            Number = 1,
            StartedAt = Now,
            Duration = TimeSpan.FromMilliseconds(1),
            StatusCode = 500,
            Error = AttemptError.Status,
        },
        DeliveryStatus.Failed,
        RetryAt: null);

    private async Task<LeasedDelivery> AppendAsync(PostgreSqlWebhookStore store) =>
        (await store.AppendAsync([Message("acme")], new LeaseGrant("owner", Now.AddMinutes(2), 1), default))[0].Leased[0];

    private WebhookMessage Message(string tenantId) => new()
    {
        Id = _ids.Create("msg_", Now),
        TenantId = tenantId,
        EventType = "order.paid",
        Payload = "{}"u8.ToArray(),
        Timestamp = Now,
        CreatedAt = Now,
    };

    private Task<TestHost> StartAsync(Handled handled, bool dispatches = true) => TestHost.StartAsync(
        _schema,
        dispatches: dispatches,
        services: services =>
        {
            services.AddSingleton(handled);
            services.AddWebhooks(webhooks => webhooks.AddOperationalEventHandler<Handler>());
        });

    private sealed class Handler(Handled handled) : IOperationalEventHandler
    {
        public Task HandleAsync(OperationalEvent operationalEvent, CancellationToken cancellationToken)
        {
            handled.Ids.Enqueue(operationalEvent.Id);
            return Task.CompletedTask;
        }
    }

    private sealed class Handled
    {
        public ConcurrentQueue<string> Ids { get; } = [];

        public Task UntilAsync(int count) => Patience.UntilAsync(() => Task.FromResult(Ids.Count >= count));
    }
}
