using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Webhooks.Endpoints;
using Webhooks.PostgreSql.Tests.Hosts;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.EntityFrameworkCore.Tests.Store;

/// <summary>A host whose one context has its orders and its webhooks. Several on one database are several instances.</summary>
internal sealed class StoreHost : IAsyncDisposable
{
    private readonly IHost _host;

    private StoreHost(IHost host, Receiver receiver) => (_host, Receiver) = (host, receiver);

    public Receiver Receiver { get; }

    public IServiceProvider Services => _host.Services;

    public IWebhookStore Store => Services.GetRequiredService<IWebhookStore>();

    public IWebhookEndpoints Endpoints => Services.GetRequiredService<IWebhookEndpoints>();

    public OrderContext CreateContext() => Services.GetRequiredService<IDbContextFactory<OrderContext>>().CreateDbContext();

    /// <summary>Starts an instance on tables that are there.</summary>
    public static async Task<StoreHost> StartAsync(string connectionString, bool dispatches = true)
    {
        var receiver = new Receiver();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.Services.AddPooledDbContextFactory<OrderContext>(options => options
            .UseNpgsql(connectionString, npgsql => npgsql.EnableRetryOnFailure())
            .UseWebhooks());
        builder.Services.AddWebhooks(webhooks => webhooks
            .UseEntityFrameworkCore<OrderContext>()
            .AddEventType("order.paid")
            .ConfigureHttpClient(client => client.ConfigurePrimaryHttpMessageHandler(() => receiver))
            .Configure(options =>
            {
                options.Dispatcher.Enabled = dispatches;
                options.Dispatcher.PollInterval = TimeSpan.FromSeconds(1);
            }));
        var host = builder.Build();
        await host.StartAsync().InTimeAsync();
        return new StoreHost(host, receiver);
    }

    public async Task<EndpointKey> AddEndpointAsync(params TimeSpan[] retries)
    {
        var created = await Endpoints.CreateAsync(new EndpointSettings
        {
            Url = "https://receiver.test/",
            EventTypes = ["*"],
            RetrySchedule = retries.Length > 0 ? new(retries) : null,
        });
        return new EndpointKey(WebhooksDefaults.TenantId, created.Endpoint.Id);
    }

    public Task<PublishResult> PublishAsync(int id = 1) =>
        Services.GetRequiredService<IWebhookPublisher>().PublishAsync("order.paid", new { Id = id }).InTimeAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(new CancellationToken(canceled: true)).InTimeAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_host is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }

        Receiver.Dispose();
    }
}
