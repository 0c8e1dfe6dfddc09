using System.Runtime.CompilerServices;
using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Log;
using Webhooks.Storage;

namespace QuickStart;

/// <summary>Reads whole lists from the log, page by page.</summary>
internal sealed class DeliveryLog(IWebhookLog log, IWebhookEndpoints endpoints)
{
    /// <summary>Lists what goes on by itself: not the deliveries that are held until a person enables their endpoint.</summary>
    public async Task<IReadOnlyList<WebhookDelivery>> ListOpenAsync(CancellationToken ct)
    {
        var open = new List<WebhookDelivery>();
        foreach (var tenant in Shops.Tenants)
        {
            var query = new EndpointQuery { TenantId = tenant, Status = EndpointStatus.Disabled };
            var disabled = (await endpoints.ListAsync(query, ct)).Items.Select(endpoint => endpoint.Id).ToList();
            var pending = ListAsync(new DeliveryQuery { TenantId = tenant, Status = DeliveryStatus.Pending }, ct);
            await foreach (var delivery in pending)
            {
                if (!(delivery.IsHeld && disabled.Contains(delivery.EndpointId, StringComparer.Ordinal)))
                {
                    open.Add(delivery);
                }
            }
        }

        return open;
    }

    public async IAsyncEnumerable<WebhookDelivery> ListAsync(DeliveryQuery query, [EnumeratorCancellation] CancellationToken ct)
    {
        query = query with { Limit = PageQuery.MaxLimit };
        do
        {
            var page = await log.ListDeliveriesAsync(query, ct);
            foreach (var delivery in page.Items)
            {
                yield return delivery;
            }

            query = query with { Cursor = page.NextCursor };
        }
        while (query.Cursor is not null);
    }

    public async Task<int> CountMessagesAsync(string tenant, CancellationToken ct)
    {
        var query = new MessageQuery { TenantId = tenant, Limit = PageQuery.MaxLimit };
        var count = 0;
        do
        {
            var page = await log.ListMessagesAsync(query, ct);
            count += page.Items.Count;
            query = query with { Cursor = page.NextCursor };
        }
        while (query.Cursor is not null);

        return count;
    }
}
