namespace Shop;

/// <summary>Who sells in the shop: the tenant whose endpoints get the events of its orders.</summary>
internal sealed class Merchant
{
    public required string Id { get; init; }

    public required string Name { get; init; }
}
