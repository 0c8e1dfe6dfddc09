using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Shop.Orders;

/// <summary>The API that the shop's pages call for its customers.</summary>
internal static class OrderRoutes
{
    public static void MapOrders(this WebApplication app)
    {
        var orders = app.MapGroup("/merchants/{merchant}/orders");
        orders.MapPost("/", PlaceAsync);
        orders.MapGet("/{id:guid}", GetAsync);
        orders.MapPost("/{id:guid}/pay", (string merchant, Guid id, ShopContext shop, OrderDesk desk, CancellationToken ct) =>
            ChangeAsync(merchant, id, shop, desk.TryPayAsync, ct));
        orders.MapPost("/{id:guid}/ship", (string merchant, Guid id, ShopContext shop, OrderDesk desk, CancellationToken ct) =>
            ChangeAsync(merchant, id, shop, desk.TryShipAsync, ct));
        orders.MapPost("/{id:guid}/cancel", (string merchant, Guid id, ShopContext shop, OrderDesk desk, CancellationToken ct) =>
            ChangeAsync(merchant, id, shop, desk.TryCancelAsync, ct));
    }

    private static async Task<Results<Created<OrderAnswer>, NotFound>> PlaceAsync(
        string merchant, PlaceOrder request, ShopContext shop, OrderDesk desk, CancellationToken ct)
    {
        if (await shop.Merchants.FindAsync([merchant], ct) is null)
        {
            return TypedResults.NotFound();
        }

        var order = await desk.PlaceAsync(merchant, request.Article, request.Quantity, ct);
        return TypedResults.Created($"/merchants/{merchant}/orders/{order.Id}", OrderAnswer.Of(order));
    }

    private static async Task<Results<Ok<OrderAnswer>, NotFound>> GetAsync(
        string merchant, Guid id, ShopContext shop, CancellationToken ct) =>
        await FindAsync(merchant, id, shop, ct) is { } order ? TypedResults.Ok(OrderAnswer.Of(order)) : TypedResults.NotFound();

    private static async Task<Results<Ok<OrderAnswer>, NotFound, Conflict>> ChangeAsync(
        string merchant, Guid id, ShopContext shop, Func<Order, CancellationToken, Task<bool>> tryChangeAsync, CancellationToken ct)
    {
        if (await FindAsync(merchant, id, shop, ct) is not { } order)
        {
            return TypedResults.NotFound();
        }

        return await tryChangeAsync(order, ct) ? TypedResults.Ok(OrderAnswer.Of(order)) : TypedResults.Conflict();
    }

    private static Task<Order?> FindAsync(string merchant, Guid id, ShopContext shop, CancellationToken ct) =>
        shop.Orders.SingleOrDefaultAsync(order => order.Id == id && order.MerchantId == merchant, ct);
}
