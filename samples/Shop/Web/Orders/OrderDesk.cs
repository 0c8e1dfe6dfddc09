using Microsoft.EntityFrameworkCore;
using Webhooks.Publishing;

namespace Shop.Orders;

/// <summary>Changes orders. Each change is saved together with its event: SaveChangesAsync stores both or neither.</summary>
internal sealed class OrderDesk(ShopContext shop, TimeProvider time)
{
    public async Task<Order> PlaceAsync(string merchantId, string article, int quantity, CancellationToken ct)
    {
        var order = new Order
        {
            Id = Guid.CreateVersion7(time.GetUtcNow()),
            MerchantId = merchantId,
            Article = article,
            Quantity = quantity,
        };
        shop.Orders.Add(order);
        shop.PublishWebhook(new OrderPlaced(order.Id, order.Article, order.Quantity), Of(order));
        await shop.SaveChangesAsync(ct);
        return order;
    }

    public async Task<bool> TryPayAsync(Order order, CancellationToken ct) =>
        order.TryPay() && await SaveAsync(order, new OrderPaid(order.Id, order.Article, order.Quantity), ct);

    public async Task<bool> TryShipAsync(Order order, CancellationToken ct) =>
        order.TryShip() && await SaveAsync(order, new OrderShipped(order.Id), ct);

    public async Task<bool> TryCancelAsync(Order order, CancellationToken ct) =>
        order.TryCancel() && await SaveAsync(order, new OrderCanceled(order.Id), ct);

    private async Task<bool> SaveAsync<T>(Order order, T data, CancellationToken ct)
        where T : notnull
    {
        shop.PublishWebhook(data, Of(order));
        try
        {
            await shop.SaveChangesAsync(ct);
            return true;
        }
        catch (DbUpdateConcurrencyException)
        {
            // Somebody else changed the order meanwhile: this change was not made, and its event was not sent.
            return false;
        }
    }

    private static PublishOptions Of(Order order) => new() { TenantId = order.MerchantId };
}
