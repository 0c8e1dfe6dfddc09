namespace Webhooks.Storage;

/// <summary>What <see cref="IDeliveryStore.ClaimHeldAsync"/> is asked for.</summary>
/// <param name="Endpoint">The endpoint, taken over by <paramref name="Owner"/>.</param>
/// <param name="Owner">The dispatcher's name.</param>
/// <param name="Now">The time: a message has expired when its time is not later.</param>
/// <param name="LeaseUntil">When the leases and the take-over end.</param>
/// <param name="Limit">The most deliveries to lease; at least 1.</param>
public sealed record HeldClaimRequest(EndpointKey Endpoint, string Owner, DateTimeOffset Now, DateTimeOffset LeaseUntil, int Limit);
