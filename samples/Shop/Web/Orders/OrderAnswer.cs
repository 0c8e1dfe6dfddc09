namespace Shop.Orders;

/// <summary>An order as the API shows it.</summary>
internal sealed record OrderAnswer(Guid Id, string Merchant, string Article, int Quantity, string Status)
{
    public static OrderAnswer Of(Order order) => new(
        order.Id, order.MerchantId, order.Article, order.Quantity, order.Status.ToString().ToLowerInvariant());
}
