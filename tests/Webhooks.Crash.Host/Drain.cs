using Webhooks.Dispatching;
using Webhooks.Log;
using Webhooks.Storage;

namespace Webhooks.Crash.Host;

/// <summary>Waits until nothing is pending and says how everything ended.</summary>
internal static class Drain
{
    public const string EndpointId = "receiver";

    /// <summary>An endpoint whose receiver refuses everything.</summary>
    public const string DeadEndpointId = "dead";

    public static async Task RunAsync(IWebhookLog log)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        var pending = new DeliveryQuery { Status = DeliveryStatus.Pending, Limit = 1 };

        // Operational events last: what has ended is told of by then.
        foreach (var tenantId in new[] { WebhooksDefaults.TenantId, WebhooksDefaults.OperationalTenantId })
        {
            while ((await log.ListDeliveriesAsync(pending with { TenantId = tenantId })).Items.Count > 0)
            {
                await timer.WaitForNextTickAsync();
            }
        }

        var query = new DeliveryQuery { Limit = PageQuery.MaxLimit };
        do
        {
            var page = await log.ListDeliveriesAsync(query);
            foreach (var delivery in page.Items)
            {
                Console.WriteLine(delivery.EndpointId is DeadEndpointId
                    ? $"dead {delivery.Id} {delivery.Status}"
                    : $"ended {delivery.MessageId} {delivery.Status} {delivery.LastError}");
            }

            query = query with { Cursor = page.NextCursor };
        }
        while (query.Cursor is not null);

        Console.WriteLine("drained");
    }
}
