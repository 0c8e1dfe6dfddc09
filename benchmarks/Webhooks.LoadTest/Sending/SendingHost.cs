using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.LoadTest.Receiving;
using Webhooks.LoadTest.Stores;
using Webhooks.Log;
using Webhooks.Publishing;
using Webhooks.Signing;
using Webhooks.Storage;

namespace Webhooks.LoadTest.Sending;

/// <summary>A host with webhooks, as an application would have it.</summary>
internal sealed class SendingHost : IAsyncDisposable
{
    /// <summary>How many endpoints there are, whatever the fan-out: they are spread over tenants.</summary>
    public const int EndpointCount = 20;

    private readonly IHost _host;
    private readonly IWebhookPublisher _publisher;
    private readonly CountingSigner _signer;

    private SendingHost(IHost host, CountingSigner signer)
    {
        _host = host;
        _signer = signer;
        _publisher = host.Services.GetRequiredService<IWebhookPublisher>();
    }

    public IWebhookEndpoints Endpoints => _host.Services.GetRequiredService<IWebhookEndpoints>();

    public IWebhookLog Log => _host.Services.GetRequiredService<IWebhookLog>();

    public IWebhookStore Store => _host.Services.GetRequiredService<IWebhookStore>();

    /// <summary>Options to publish with, one for each tenant that has endpoints.</summary>
    public IReadOnlyList<PublishOptions> Tenants { get; private set; } = [];

    /// <summary>How many attempts it has made.</summary>
    public long AttemptCount => _signer.Count;

    public static Task<SendingHost> StartAsync(StoreUnderTest store, Action<WebhooksOptions>? configure = null) =>
        StartAsync(store.Use, configure);

    public static async Task<SendingHost> StartAsync(Action<IWebhooksBuilder> useStore, Action<WebhooksOptions>? configure = null)
    {
        var signer = new CountingSigner();
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddConsole(
            static console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddSingleton<IWebhookSigner>(signer);
        builder.Services.AddWebhooks(webhooks =>
        {
            useStore(webhooks);
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
        return new SendingHost(host, signer);
    }

    /// <summary>Creates the endpoints: so many for a tenant as each message shall be fanned out to.</summary>
    public async Task CreateEndpointsAsync(ReceiverProcess receiver, int fanOut, int count = EndpointCount)
    {
        for (var target = 0; target < Math.Max(count, fanOut); target++)
        {
            await CreateEndpointAsync(receiver, receiver.Url(target), $"tenant-{target / fanOut}");
        }

        UseTenants(fanOut, count);
    }

    /// <summary>Creates one endpoint.</summary>
    public async Task<WebhookEndpoint> CreateEndpointAsync(
        ReceiverProcess receiver, string url, string tenantId, RetrySchedule? retrySchedule = null, RateLimit? rateLimit = null)
    {
        var created = await Endpoints.CreateAsync(
            new EndpointSettings { Url = url, EventTypes = [LoadEvent.EventType], RetrySchedule = retrySchedule, RateLimit = rateLimit },
            new CreateEndpointOptions { TenantId = tenantId, Secret = receiver.Secret });
        return created.Endpoint;
    }

    /// <summary>Publishes to endpoints that another host of the same store has created.</summary>
    public void UseTenants(int fanOut, int count = EndpointCount) => Tenants =
    [
        .. Enumerable.Range(0, Math.Max(count, fanOut) / fanOut)
            .Select(static tenant => new PublishOptions { TenantId = $"tenant-{tenant}" }),
    ];

    /// <summary>Publishes one event.</summary>
    public Task<SentMessage> PublishAsync(int number) => PublishAsync(number, TenantOf(number));

    /// <summary>Publishes one event of a certain tenant.</summary>
    public async Task<SentMessage> PublishAsync(int number, PublishOptions publishOptions) =>
        SentMessage.Of(await _publisher.PublishAsync(LoadEvent.Create(number), publishOptions));

    /// <summary>Publishes one event, with nothing around it that would be measured too.</summary>
    public Task<PublishResult> PublishBareAsync(int number) => _publisher.PublishAsync(LoadEvent.Create(number), TenantOf(number));

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

    /// <summary>How many deliveries of a tenant have a status, from the delivery log.</summary>
    public async Task<int> CountDeliveriesAsync(string tenantId, DeliveryStatus status)
    {
        var count = 0;
        var query = new DeliveryQuery { TenantId = tenantId, Status = status, Limit = PageQuery.MaxLimit };
        do
        {
            var page = await Log.ListDeliveriesAsync(query);
            count += page.Items.Count;
            query = query with { Cursor = page.NextCursor };
        }
        while (query.Cursor is not null);
        return count;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
    }

    private PublishOptions TenantOf(int number) => Tenants[number % Tenants.Count];
}
