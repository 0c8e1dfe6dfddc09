using System.Text.Json.Serialization;

namespace Webhooks.Benchmarks;

/// <summary>The data of an event as hosts have it: a few fields and a short list.</summary>
internal sealed record OrderPaid(string OrderId, decimal Amount, string Currency, string CustomerId, IReadOnlyList<OrderLine> Lines)
{
    public const string EventType = "order.paid";

    public static OrderPaid Example { get; } = new(
        "ord_0123456789",
        129.95m,
        "EUR",
        "cus_0123456789",
        [new("SKU-1001", 2, 19.99m), new("SKU-2002", 1, 49.99m), new("SKU-3003", 4, 9.99m)]);
}

internal sealed record OrderLine(string Sku, int Quantity, decimal Price);

/// <summary>As hosts that care about performance serialise.</summary>
[JsonSerializable(typeof(OrderPaid))]
internal sealed partial class OrderJson : JsonSerializerContext;
