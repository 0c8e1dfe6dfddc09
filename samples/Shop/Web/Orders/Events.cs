namespace Shop.Orders;

// What merchants' partners are told. Each record is the data of one event type; Program.cs gives it its name.

internal sealed record OrderPlaced(Guid OrderId, string Article, int Quantity);

internal sealed record OrderPaid(Guid OrderId, string Article, int Quantity);

internal sealed record OrderShipped(Guid OrderId);

internal sealed record OrderCanceled(Guid OrderId);
