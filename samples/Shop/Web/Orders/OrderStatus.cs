namespace Shop.Orders;

/// <summary>How far an order has come.</summary>
internal enum OrderStatus
{
    Placed,
    Paid,
    Shipped,
    Canceled,
}
