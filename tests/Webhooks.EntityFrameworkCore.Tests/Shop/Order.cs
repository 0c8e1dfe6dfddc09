namespace Webhooks.EntityFrameworkCore.Tests.Shop;

/// <summary>A row of the host's own.</summary>
internal sealed class Order
{
    public required int Id { get; init; }

    public string Status { get; set; } = "new";
}
