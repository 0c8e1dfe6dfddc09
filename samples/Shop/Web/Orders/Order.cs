namespace Shop.Orders;

/// <summary>An order of a customer at a merchant.</summary>
internal sealed class Order
{
    public required Guid Id { get; init; }

    public required string MerchantId { get; init; }

    public required string Article { get; init; }

    public required int Quantity { get; init; }

    public OrderStatus Status { get; private set; }

    public bool TryPay() => TryMove(OrderStatus.Placed, OrderStatus.Paid);

    public bool TryShip() => TryMove(OrderStatus.Paid, OrderStatus.Shipped);

    public bool TryCancel() => TryMove(OrderStatus.Placed, OrderStatus.Canceled);

    private bool TryMove(OrderStatus from, OrderStatus to)
    {
        if (Status != from)
        {
            return false;
        }

        Status = to;
        return true;
    }
}
