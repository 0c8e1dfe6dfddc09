using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Webhooks.Endpoints;
using Webhooks.Log;
using Webhooks.PostgreSql.Tests.Server;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.PostgreSql.Tests.Hosts;

/// <summary>A host with webhooks in PostgreSQL; only the network is a stand-in. Several on one schema are several instances.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    /// <summary>Far more than a statement takes.</summary>
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(5);

    private readonly IHost _host;

    private TestHost(IHost host, Receiver receiver)
    {
        _host = host;
        Receiver = receiver;
    }

    public Receiver Receiver { get; }

    public IServiceProvider Services => _host.Services;

    public PostgreSqlWebhookStore Store => Services.GetRequiredService<PostgreSqlWebhookStore>();

    public IWebhookPublisher Publisher => Services.GetRequiredService<IWebhookPublisher>();

    public IWebhookEndpoints Endpoints => Services.GetRequiredService<IWebhookEndpoints>();

    public IWebhookLog Log => Services.GetRequiredService<IWebhookLog>();

    /// <summary>Starts an instance that would poll every 10 minutes, so that only what it is told wakes it.</summary>
    public static async Task<TestHost> StartAsync(
        TestSchema schema,
        Receiver? receiver = null,
        bool dispatches = true,
        NpgsqlDataSource? dataSource = null,
        Action<WebhooksOptions>? options = null,
        Action<IServiceCollection>? services = null,
        Action<PostgreSqlStoreOptions>? store = null)
    {
        receiver ??= new Receiver();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.Services.AddWebhooks(webhooks => webhooks
            .UsePostgreSql(dataSource ?? schema.DataSource, settings =>
            {
                settings.Schema = schema.Name;
                store?.Invoke(settings);
            })
            .AddEventType("order.paid")
            .ConfigureHttpClient(client => client.ConfigurePrimaryHttpMessageHandler(() => receiver))
            .Configure(settings =>
            {
                settings.Dispatcher.Enabled = dispatches;
                settings.Dispatcher.PollInterval = TimeSpan.FromMinutes(10);
                options?.Invoke(settings);
            }));
        services?.Invoke(builder.Services);
        var host = builder.Build();
        await host.StartAsync().InTimeAsync();
        return new TestHost(host, receiver);
    }

    public async Task<EndpointKey> AddEndpointAsync(string url = "https://receiver.test/")
    {
        var created = await Endpoints.CreateAsync(new EndpointSettings { Url = url, EventTypes = ["*"] });
        return new EndpointKey(WebhooksDefaults.TenantId, created.Endpoint.Id);
    }

    public Task<PublishResult> PublishAsync(string? eventId = null) =>
        Publisher.PublishAsync("order.paid", new { Id = 1 }, new PublishOptions { EventId = eventId }).InTimeAsync();

    public async ValueTask DisposeAsync()
    {
        // In good order, so that no statement is under way when the schema goes. What a test has left hanging is then broken off.
        using var patience = new CancellationTokenSource(StopTime, TimeProvider.System);
        await _host.StopAsync(patience.Token).InTimeAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_host is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }
    }
}
