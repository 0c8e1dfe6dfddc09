using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.PostgreSql.Tests.Server;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.PostgreSql.Tests.Hosts;

/// <summary>Several instances on one database. Each polls every 10 minutes only: what is quicker was told.</summary>
public sealed class InstanceTests : IAsyncLifetime
{
    private TestSchema _schema = null!;

    public async Task InitializeAsync() => _schema = await TestSchema.CreateAsync();

    public async Task DisposeAsync() => await _schema.DisposeAsync();

    [Fact]
    public async Task What_one_instance_only_publishes_another_that_only_dispatches_delivers_at_once()
    {
        await using var dispatcher = await TestHost.StartAsync(_schema);
        await using var publisher = await TestHost.StartAsync(_schema, dispatches: false);
        await publisher.AddEndpointAsync();

        for (var i = 1; i <= 3; i++)
        {
            var result = await publisher.PublishAsync();
            (await dispatcher.Receiver.ReceivedAsync(i))[^1].MessageId.Should().Be(result.MessageId);
        }

        publisher.Receiver.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task A_lost_notification_connection_is_made_again_and_what_was_missed_is_found()
    {
        await using var dispatcher = await TestHost.StartAsync(_schema);
        await using var publisher = await TestHost.StartAsync(_schema, dispatches: false);
        await publisher.AddEndpointAsync();
        await publisher.PublishAsync();
        await dispatcher.Receiver.ReceivedAsync(1);

        for (var i = 2; i <= 4; i++)
        {
            await _schema.ExecuteAsync(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN \"webhooks:{schema}\"'");
            await publisher.PublishAsync();
            await dispatcher.Receiver.ReceivedAsync(i);
        }
    }

    [Fact]
    public async Task A_changed_endpoint_is_honoured_by_another_instance_for_what_it_holds_already()
    {
        var changes = new ChangeSignal();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var first = await TestHost.StartAsync(_schema);
        await using var second = await TestHost.StartAsync(
            _schema,
            options: options => options.Dispatcher.MaxConcurrencyPerEndpoint = 1,
            services: changes.Observe);
        var endpoint = await first.AddEndpointAsync("https://old.test/");
        second.Receiver.Gate = gate.Task;
        await second.PublishAsync();
        await second.PublishAsync();
        await second.Receiver.ReceivedAsync(1);

        var stored = await first.Endpoints.GetAsync(endpoint.EndpointId);
        await first.Endpoints.UpdateAsync(endpoint.EndpointId, stored!.Settings with { Url = "https://new.test/" });
        (await changes.Changed.Task.InTimeAsync()).Should().Be(endpoint);
        gate.SetResult();

        (await second.Receiver.ReceivedAsync(2)).Select(request => request.Url.Host).Should().Equal("old.test", "new.test");
    }

    [Theory]
    [InlineData("disabled")]
    [InlineData("paused")]
    public async Task An_endpoint_that_one_instance_stops_gets_nothing_of_what_another_holds_already(string how)
    {
        var changes = new ChangeSignal();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var first = await TestHost.StartAsync(_schema);
        await using var second = await TestHost.StartAsync(
            _schema,
            options: options => options.Dispatcher.MaxConcurrencyPerEndpoint = 1,
            services: changes.Observe);
        var endpoint = await first.AddEndpointAsync();
        second.Receiver.Gate = gate.Task;
        await second.PublishAsync();
        await second.Receiver.ReceivedAsync(1);
        await second.PublishAsync();
        await second.PublishAsync();
        (await _schema.ReadAsync<long>("SELECT count(*) FROM {schema}.pending WHERE owner IS NOT NULL")).Should().Be(3, "all are in its lane");

        if (how == "disabled")
        {
            await first.Endpoints.DisableAsync(endpoint.EndpointId);
        }
        else
        {
            // As a circuit or a Retry-After of the first instance does.
            var until = TimeProvider.System.GetUtcNow().AddHours(1);
            await first.Store.PauseEndpointAsync(new EndpointPause(endpoint, until, Owner: null, PauseReason.Failing), default);
        }

        (await changes.Changed.Task.InTimeAsync()).Should().Be(endpoint);
        gate.SetResult();

        await Patience.UntilAsync(async () => await _schema.ReadAsync<long>("SELECT count(*) FROM {schema}.pending WHERE due_at IS NULL") == 2);
        second.Receiver.Requests.Should().ContainSingle();
        first.Receiver.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task What_was_held_goes_out_when_the_endpoint_is_enabled_on_another_instance()
    {
        await using var dispatcher = await TestHost.StartAsync(_schema);
        await using var other = await TestHost.StartAsync(_schema, dispatches: false);
        var endpoint = await other.AddEndpointAsync();
        await using (var connection = await _schema.DataSource.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await other.Publisher.PublishAsync("order.paid", new { Id = 1 }, transaction);
            await other.Endpoints.DisableAsync(endpoint.EndpointId);
            await transaction.CommitAsync();
        }

        await Patience.UntilAsync(async () => await _schema.ReadAsync<long>("SELECT count(*) FROM {schema}.pending WHERE due_at IS NULL") == 1);
        dispatcher.Receiver.Requests.Should().BeEmpty();

        await other.Endpoints.EnableAsync(endpoint.EndpointId);

        await dispatcher.Receiver.ReceivedAsync(1);
    }

    [Fact]
    public async Task What_a_long_transaction_holds_for_a_pause_that_has_ended_meanwhile_goes_out_when_it_is_committed()
    {
        await using var dispatcher = await TestHost.StartAsync(_schema);
        var endpoint = await dispatcher.AddEndpointAsync();
        await using var store = await _schema.OpenAsync();
        var now = TimeProvider.System.GetUtcNow();
        await store.PauseEndpointAsync(new EndpointPause(endpoint, now.AddHours(1), "another"), default);
        await using var connection = await _schema.DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await dispatcher.Publisher.PublishAsync("order.paid", new { Id = 1 }, transaction);
        (await store.ClaimHeldAsync(new HeldClaimRequest(endpoint, "another", now, now, 1), default)).IsOver.Should().BeTrue();

        await transaction.CommitAsync();

        await dispatcher.Receiver.ReceivedAsync(1);
    }

    [Fact]
    public async Task Two_instances_keep_the_rate_limit_of_an_endpoint_together()
    {
        const int PerSecond = 50;
        const int Count = 60;
        await using var first = await TestHost.StartAsync(_schema);
        await using var second = await TestHost.StartAsync(_schema);
        await first.Endpoints.CreateAsync(new EndpointSettings
        {
            Url = "https://receiver.test/",
            EventTypes = ["*"],
            RateLimit = RateLimit.PerSecond(PerSecond),
        });
        var start = TimeProvider.System.GetTimestamp();

        for (var i = 0; i < Count; i++)
        {
            await (i % 2 == 0 ? first : second).PublishAsync();
        }

        await Patience.UntilAsync(() => Task.FromResult(first.Receiver.Requests.Count + second.Receiver.Requests.Count >= Count));

        // Less by the twentieth of a second that each may be late with one and then in time with the next.
        TimeProvider.System.GetElapsedTime(start).Should().BeGreaterThan(TimeSpan.FromSeconds(((Count - 1.0) / PerSecond) - 0.1));
        first.Receiver.Requests.Should().NotBeEmpty();
        second.Receiver.Requests.Should().NotBeEmpty();
        first.Receiver.Requests.Concat(second.Receiver.Requests).Select(request => request.MessageId).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task Under_load_a_delivery_costs_a_twentieth_of_a_statement_at_most()
    {
        const int Events = 8_000;
        await using var host = await TestHost.StartAsync(_schema, options: options => options.Dispatcher.MaxConcurrencyPerEndpoint = 256);
        await host.AddEndpointAsync();
        var before = host.Store.Database.StatementCount;

        await Task.WhenAll(Enumerable.Range(0, 400).Select(async publisher =>
        {
            for (var i = 0; i < Events / 400; i++)
            {
                await host.PublishAsync($"order-{publisher}-{i}");
            }
        }));
        await host.Receiver.ReceivedAsync(Events);
        await Patience.UntilAsync(async () => await _schema.ReadAsync<long>("SELECT count(*) FROM {schema}.pending") == 0);

        ((host.Store.Database.StatementCount - before) / (double)Events).Should().BeLessThanOrEqualTo(0.05);
        host.Receiver.Requests.Select(request => request.MessageId).Distinct(StringComparer.Ordinal).Should().HaveCount(Events);
    }

    [Fact]
    public async Task An_idle_instance_is_silent()
    {
        await using var host = await TestHost.StartAsync(_schema);
        await host.AddEndpointAsync();
        await host.PublishAsync();
        await host.Receiver.ReceivedAsync(1);
        await Patience.UntilAsync(async () => await _schema.ReadAsync<long>("SELECT count(*) FROM {schema}.pending") == 0);
        var before = host.Store.Database.StatementCount;

        // Another instance's work is all that this one hears of.
        await using var other = await TestHost.StartAsync(_schema);
        await other.PublishAsync();
        await other.Receiver.ReceivedAsync(1);

        (host.Store.Database.StatementCount - before).Should().BeLessThan(5);
    }

    /// <summary>Listens in on what a host's dispatcher is told.</summary>
    private sealed class ChangeSignal
    {
        public TaskCompletionSource<EndpointKey> Changed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Observe(IServiceCollection services)
        {
            var inner = services.Single(service => service.ServiceType == typeof(IWebhookDispatcher)).ImplementationFactory!;
            services.Replace(ServiceDescriptor.Singleton<IWebhookDispatcher>(
                provider => new Observer((IWebhookDispatcher)inner(provider), Changed)));
        }

        private sealed class Observer(IWebhookDispatcher inner, TaskCompletionSource<EndpointKey> changed) : IWebhookDispatcher
        {
            public LeaseGrant? Reserve() => inner.Reserve();

            public void Dispatch(LeaseGrant grant, IReadOnlyList<LeasedDelivery> deliveries) => inner.Dispatch(grant, deliveries);

            public void Wake() => inner.Wake();

            public void Erased(string tenantId, string? messageId) => inner.Erased(tenantId, messageId);

            public void WakeAt(DateTimeOffset time) => inner.WakeAt(time);

            public void EndpointChanged(EndpointKey? endpoint)
            {
                inner.EndpointChanged(endpoint);
                if (endpoint is { } key)
                {
                    changed.TrySetResult(key);
                }
            }
        }
    }
}
