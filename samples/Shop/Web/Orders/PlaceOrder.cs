using System.ComponentModel.DataAnnotations;

namespace Shop.Orders;

/// <summary>What a customer wants.</summary>
internal sealed record PlaceOrder([Required, StringLength(200, MinimumLength = 1)] string Article, [Range(1, 1_000)] int Quantity);
