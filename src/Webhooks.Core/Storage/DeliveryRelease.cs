namespace Webhooks.Storage;

/// <summary>A lease that is given back without an attempt.</summary>
/// <param name="Delivery">The delivery as it was leased.</param>
/// <param name="DueAt">When it is due again.</param>
public sealed record DeliveryRelease(LeasedDelivery Delivery, DateTimeOffset DueAt);
