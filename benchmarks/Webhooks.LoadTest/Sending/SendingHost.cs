using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.LoadTest.Receiving;
using Webhooks.LoadTest.Stores;
using Webhooks.Log;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.LoadTest.Sending;

/// <summary>A host with webhooks, as an application would have it.</summary>
internal sealed class SendingHost : IAsyncDisposable
{
    /// <summary>How many endpoints there are, whatever the fan-out: they are spread over tenants.</summary>
    public const int EndpointCount = 20;

    private readonly IHost _host;
    private readonly IWebhookPublisher _publisher;

    private SendingHost(IHost host)
    {
        _host = host;
        _publisher = host.Services.GetRequiredService<IWebhookPublisher>();
    }

    public IWebhookEndpoints Endpoints => _host.Services.GetRequiredService<IWebhookEndpoints>();

    public IWebhookLog Log => _host.Services.GetRequiredService<IWebhookLog>();

    public IWebhookStore Store => _host.Services.GetRequiredService<IWebhookStore>();

    /// <summary>Options to publish with, one for each tenant that has endpoints.</summary>
    public IReadOnlyList<PublishOptions> Tenants { get; private set; } = [];

    public static async Task<SendingHost> StartAsync(StoreUnderTest store, Action<WebhooksOptions>? configure = null)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddConsole(
            static console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddWebhooks(webhooks =>
        {
            store.Use(webhooks);
            webhooks.AddEventType(LoadEvent.EventType, LoadEventJson.Default.LoadEvent);
            webhooks.Configure(options =>
            {
                options.AllowInsecureUrls = true;
                options.Addresses.AllowLoopback = true;
                configure?.Invoke(options);
            });
        });
        var host = builder.Build();
        await host.StartAsync();
        return new SendingHost(host);
    }

    /// <summary>Creates the endpoints: so many for a tenant as each message shall be fanned out to.</summary>
    public async Task CreateEndpointsAsync(ReceiverProcess receiver, int fanOut)
    {
        for (var target = 0; target < Math.Max(EndpointCount, fanOut); target++)
        {
            await Endpoints.CreateAsync(
                new EndpointSettings { Url = receiver.Url(target), EventTypes = [LoadEvent.EventType] },
                new CreateEndpointOptions { TenantId = $"tenant-{target / fanOut}", Secret = receiver.Secret });
        }

        UseTenants(fanOut);
    }

    /// <summary>Publishes to endpoints that another host of the same store has created.</summary>
    public void UseTenants(int fanOut) => Tenants =
    [
        .. Enumerable.Range(0, Math.Max(EndpointCount, fanOut) / fanOut)
            .Select(static tenant => new PublishOptions { TenantId = $"tenant-{tenant}" }),
    ];

    /// <summary>Publishes one event.</summary>
    public async Task<SentMessage> PublishAsync(int number)
    {
        var result = await _publisher.PublishAsync(LoadEvent.Create(number), Tenants[number % Tenants.Count]);
        return new SentMessage(result.MessageId, result.DeliveryCount, TimeProvider.System.GetTimestamp());
    }

    /// <summary>Waits until the store has every delivery recorded as succeeded, or the patience ends.</summary>
    /// <returns>How many tenants have deliveries that are not.</returns>
    public async Task<int> CountTenantsWithUnrecordedAsync(TimeSpan patience)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var unrecorded = 0;
            foreach (var tenant in Tenants)
            {
                foreach (var status in new[] { DeliveryStatus.Pending, DeliveryStatus.Failed, DeliveryStatus.Canceled })
                {
                    var page = await Log.ListDeliveriesAsync(
                        new DeliveryQuery { TenantId = tenant.TenantId, Status = status, Limit = 1 });
                    unrecorded += page.Items.Count;
                }
            }

            if (unrecorded == 0 || TimeProvider.System.GetElapsedTime(started) > patience)
            {
                return unrecorded;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
    }
}
