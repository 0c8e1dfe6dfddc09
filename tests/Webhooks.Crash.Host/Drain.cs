using Webhooks.Dispatching;
using Webhooks.Log;
using Webhooks.Storage;

namespace Webhooks.Crash.Host;

/// <summary>Waits until nothing is pending and says how everything ended.</summary>
internal static class Drain
{
    public const string EndpointId = "receiver";

    public static async Task RunAsync(IWebhookLog log)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        var pending = new DeliveryQuery { Status = DeliveryStatus.Pending, Limit = 1 };
        while ((await log.ListDeliveriesAsync(pending)).Items.Count > 0)
        {
            await timer.WaitForNextTickAsync();
        }

        var query = new DeliveryQuery { Limit = PageQuery.MaxLimit };
        do
        {
            var page = await log.ListDeliveriesAsync(query);
            foreach (var delivery in page.Items)
            {
                Console.WriteLine($"ended {delivery.MessageId} {delivery.Status} {delivery.LastError}");
            }

            query = query with { Cursor = page.NextCursor };
        }
        while (query.Cursor is not null);

        Console.WriteLine("drained");
    }
}
