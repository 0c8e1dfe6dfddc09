namespace Warehouse;

/// <summary>What the warehouse reads of the shop's events. Fields that it does not know, it ignores.</summary>
internal sealed record OrderNotice(Guid OrderId, string? Article, int? Quantity);
