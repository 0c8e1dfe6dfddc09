using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Log;
using Webhooks.Publishing;
using Webhooks.Storage;
using Webhooks.Testing;

namespace Webhooks.Core.Tests.Engine;

/// <summary>
/// A host with webhooks, as hosts are: only time, network and store are stand-ins, at their edges. Several can share one store
/// and clock, as processes do.
/// </summary>
internal sealed class TestHost : IAsyncDisposable
{
    public static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly IHost _host;

    private TestHost(IHost host, FakeClock clock, StoreProbe store, Receiver receiver, LogRecorder logs)
    {
        _host = host;
        Clock = clock;
        Store = store;
        Receiver = receiver;
        Logs = logs;
    }

    public FakeClock Clock { get; }

    public StoreProbe Store { get; }

    public Receiver Receiver { get; }

    public LogRecorder Logs { get; }

    public IServiceProvider Services => _host.Services;

    public IWebhookPublisher Publisher => Services.GetRequiredService<IWebhookPublisher>();

    public IWebhookEndpoints Endpoints => Services.GetRequiredService<IWebhookEndpoints>();

    public IWebhookLog Log => Services.GetRequiredService<IWebhookLog>();

    /// <summary>Makes a host and starts it.</summary>
    /// <param name="configure">What this host has of its own.</param>
    /// <param name="like">A host whose store and clock it shares.</param>
    /// <param name="services">Registered before webhooks are added.</param>
    /// <param name="network">Whether it sends over real sockets on this machine, to <c>http</c> URLs too, instead of to <see cref="Receiver"/>.</param>
    public static async Task<TestHost> StartAsync(
        Action<IWebhooksBuilder>? configure = null,
        TestHost? like = null,
        Action<IServiceCollection>? services = null,
        bool network = false)
    {
        var host = Create(configure, like, services, network);
        await host.StartAsync();
        return host;
    }

    /// <summary>Makes a host with these settings and starts it.</summary>
    public static Task<TestHost> WithAsync(Action<WebhooksOptions> options, TestHost? like = null) =>
        StartAsync(webhooks => webhooks.Configure(options), like);

    public static TestHost Create(
        Action<IWebhooksBuilder>? configure = null,
        TestHost? like = null,
        Action<IServiceCollection>? services = null,
        bool network = false,
        StoreProbe? store = null)
    {
        var clock = like?.Clock ?? new FakeClock(Noon);
        store ??= like?.Store ?? new StoreProbe();
        var receiver = new Receiver(clock);
        var logs = new LogRecorder();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.AddProvider(logs).SetMinimumLevel(LogLevel.Trace);
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddSingleton<IWebhookStore>(store);
        services?.Invoke(builder.Services);
        builder.Services.AddWebhooks(webhooks =>
        {
            webhooks.AddEventType<OrderPaid>("order.paid").AddEventType("order.created").AddEventType("task.completed");
            webhooks.Configure(options => options.AllowInsecureUrls = options.Addresses.AllowLoopback = network);
            if (!network)
            {
                webhooks.ConfigureHttpClient(client => client.ConfigurePrimaryHttpMessageHandler(() => receiver));
            }

            configure?.Invoke(webhooks);
        });
        return new TestHost(builder.Build(), clock, store, receiver, logs);
    }

    public static EndpointSettings Settings(string url = "https://receiver.test/hooks") => new() { Url = url, EventTypes = ["*"] };

    public Task StartAsync() => _host.StartAsync().InTimeAsync();

    /// <summary>Stops the host in good order.</summary>
    public Task StopAsync(CancellationToken cancellationToken = default) => _host.StopAsync(cancellationToken).InTimeAsync();

    /// <summary>Adds an endpoint for everything and returns its id.</summary>
    public async Task<string> AddEndpointAsync(EndpointSettings? settings = null, string? tenantId = null)
    {
        var created = await Endpoints.CreateAsync(
            settings ?? Settings(), new CreateEndpointOptions { TenantId = tenantId ?? WebhooksDefaults.TenantId });
        return created.Endpoint.Id;
    }

    public Task<PublishResult> PublishAsync(PublishOptions? options = null) =>
        Publisher.PublishAsync("order.created", new { id = "o-1" }, options).InTimeAsync();

    /// <summary>Publishes events one after the other.</summary>
    public async Task PublishManyAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await PublishAsync(new PublishOptions { EventId = string.Create(CultureInfo.InvariantCulture, $"event-{i}") });
        }
    }

    /// <summary>Publishes events together.</summary>
    public Task<IReadOnlyList<PublishResult>> PublishBatchAsync(int count, string? tenantId = null)
    {
        var options = new PublishOptions { TenantId = tenantId ?? WebhooksDefaults.TenantId };
        return Publisher
            .PublishAsync([.. Enumerable.Range(0, count).Select(number => WebhookEvent.Create("order.created", number, options))])
            .InTimeAsync();
    }

    public async Task<IReadOnlyList<WebhookDelivery>> DeliveriesAsync(DeliveryQuery? query = null)
    {
        var deliveries = new List<WebhookDelivery>();
        query = (query ?? new DeliveryQuery()) with { Limit = PageQuery.MaxLimit };
        do
        {
            var page = await Log.ListDeliveriesAsync(query);
            deliveries.AddRange(page.Items);
            query = query with { Cursor = page.NextCursor };
        }
        while (query.Cursor is not null);
        return deliveries;
    }

    /// <summary>Waits until the one delivery there is fulfils a condition.</summary>
    public async Task<WebhookDelivery> DeliveryAsync(Func<WebhookDelivery, bool> condition)
    {
        WebhookDelivery? found = null;
        await Store.Changed.WhenAsync(async () =>
        {
            found = (await DeliveriesAsync()).SingleOrDefault();
            return found is not null && condition(found);
        });
        return found!;
    }

    public Task<WebhookDelivery> DeliveryAsync(DeliveryStatus status) => DeliveryAsync(delivery => delivery.Status == status);

    /// <summary>Waits until the deliveries fulfil a condition.</summary>
    public Task WhenDeliveriesAsync(Func<IReadOnlyList<WebhookDelivery>, bool> condition) =>
        Store.Changed.WhenAsync(async () => condition(await DeliveriesAsync()));

    /// <summary>The attempts of the one delivery there is.</summary>
    public async Task<IReadOnlyList<DeliveryAttempt>> AttemptsAsync()
    {
        var delivery = (await DeliveriesAsync()).Single();
        return (await Log.ListAttemptsAsync(new AttemptQuery { DeliveryId = delivery.Id, Limit = PageQuery.MaxLimit })).Items;
    }

    public async ValueTask DisposeAsync()
    {
        // Without patience: what a test has left hanging is broken off.
        await _host.StopAsync(new CancellationToken(canceled: true)).InTimeAsync()
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _host.Dispose();
        Receiver.Dispose();
    }
}
