namespace Webhooks.Storage;

/// <summary>What <see cref="IDeliveryStore.ClaimAsync"/> found.</summary>
/// <param name="Deliveries">The leased deliveries, the longest due first.</param>
/// <param name="Resumed">The endpoints whose pause has ended and that the claimer has now taken over.</param>
/// <param name="HasMore">Whether a limit was reached, so that more may be due already; not that there is more.</param>
/// <param name="NextDueAt">
/// The earliest time at which a delivery or the end of a pause is due after this claim; null when there is none.
/// </param>
public sealed record ClaimResult(
    IReadOnlyList<LeasedDelivery> Deliveries, IReadOnlyList<EndpointKey> Resumed, bool HasMore, DateTimeOffset? NextDueAt);
