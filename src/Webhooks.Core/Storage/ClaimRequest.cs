namespace Webhooks.Storage;

/// <summary>What <see cref="IDeliveryStore.ClaimAsync"/> is asked for.</summary>
/// <param name="Owner">The dispatcher's name, unique to this run of its process.</param>
/// <param name="Now">The time: a delivery is due, and a pause over, when its time is not later.</param>
/// <param name="LeaseUntil">When the leases and take-overs end.</param>
/// <param name="Limit">The most due deliveries to look at; at least 1.</param>
public sealed record ClaimRequest(string Owner, DateTimeOffset Now, DateTimeOffset LeaseUntil, int Limit);
