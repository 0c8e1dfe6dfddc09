using Microsoft.Extensions.DependencyInjection;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.Core.Tests.Operations;

/// <summary>What tests of operational events have in common.</summary>
internal static class OperationsHost
{
    /// <summary>The id of the endpoint of <see cref="RecordingHandler"/>.</summary>
    public const string HandlerEndpoint = "handler_RecordingHandler";

    /// <summary>Starts a host with a handler that records.</summary>
    public static Task<TestHost> StartAsync(EventRecorder recorder, Action<WebhooksOptions>? options = null, TestHost? like = null) =>
        TestHost.StartAsync(
            webhooks => webhooks
                .AddOperationalEventHandler<RecordingHandler>()
                .Configure(settings =>
                {
                    settings.Retry.Jitter = 0;
                    options?.Invoke(settings);
                }),
            like,
            services => services.AddSingleton(recorder));

    /// <summary>The deliveries of operational events, the oldest first.</summary>
    public static async Task<IReadOnlyList<WebhookDelivery>> OperationalDeliveriesAsync(this TestHost host) =>
        [.. (await host.DeliveriesAsync(new DeliveryQuery { TenantId = WebhooksDefaults.OperationalTenantId })).Reverse()];

    /// <summary>The operational events that were stored, the oldest first.</summary>
    public static async Task<IReadOnlyList<WebhookMessage>> OperationalMessagesAsync(this TestHost host)
    {
        var page = await host.Store.Inner.ListMessagesAsync(
            new MessageQuery { TenantId = WebhooksDefaults.OperationalTenantId, Limit = PageQuery.MaxLimit }, default);
        return [.. page.Items.Reverse()];
    }

    /// <summary>Waits until all operational events have ended.</summary>
    public static Task WhenHandledAsync(this TestHost host) => host.Store.Changed.WhenAsync(async () =>
        (await host.OperationalDeliveriesAsync()).All(delivery => delivery.Status != DeliveryStatus.Pending));

    /// <summary>Waits until the deliveries of operational events fulfil a condition.</summary>
    public static Task WhenOperationalAsync(this TestHost host, Func<IReadOnlyList<WebhookDelivery>, bool> condition) =>
        host.Store.Changed.WhenAsync(async () => condition(await host.OperationalDeliveriesAsync()));

    /// <summary>The attempts of a delivery of an operational event.</summary>
    public static async Task<IReadOnlyList<DeliveryAttempt>> OperationalAttemptsAsync(this TestHost host, WebhookDelivery delivery)
    {
        var query = new AttemptQuery
        {
            TenantId = WebhooksDefaults.OperationalTenantId, DeliveryId = delivery.Id, Limit = PageQuery.MaxLimit,
        };
        return (await host.Log.ListAttemptsAsync(query)).Items;
    }
}
