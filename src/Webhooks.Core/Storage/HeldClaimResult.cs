namespace Webhooks.Storage;

/// <summary>What <see cref="IDeliveryStore.ClaimHeldAsync"/> found.</summary>
/// <param name="Deliveries">The leased deliveries, the oldest first.</param>
/// <param name="IsOver">
/// Whether there is nothing more to claim for this owner: the last held delivery was leased (of an ordered endpoint: the last pending
/// one has ended) and the pause ended, or the endpoint is no longer taken over by this owner (paused anew, disabled, deleted, or
/// taken over by another).
/// </param>
public sealed record HeldClaimResult(IReadOnlyList<LeasedDelivery> Deliveries, bool IsOver);
