namespace QuickStart;

// What the shops tell their partners. Each record is the data of one event type; Program.cs gives it its name.

internal sealed record OrderPlaced(string OrderId, IReadOnlyList<OrderLine> Lines);

internal sealed record OrderLine(string Article, int Quantity);

internal sealed record OrderPaid(string OrderId, decimal Amount, string Currency);

internal sealed record OrderShipped(string OrderId, string TrackingNumber);

internal sealed record OrderDelivered(string OrderId, DateOnly Day);

internal sealed record OrderRefunded(string OrderId, decimal Amount, string Reason);
