namespace Webhooks.Crash.Host.Shop;

/// <summary>A row of the shop.</summary>
internal sealed class ShopOrder
{
    public required string Id { get; init; }

    /// <summary>How often it was saved, each time with an event.</summary>
    public int Saves { get; set; }
}
