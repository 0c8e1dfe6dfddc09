namespace Webhooks.Storage;

/// <summary>The part of a store that erases.</summary>
/// <remarks>
/// Every call that has returned is durable, and what it erased is in no file of the store's own once
/// <see cref="FinishErasureAsync"/> has returned, as far as the store can see to it.
/// </remarks>
public interface IErasureStore
{
    /// <summary>
    /// Erases the payload of a message and the response excerpts of its attempts, and ends its pending deliveries as
    /// <see cref="Dispatching.DeliveryStatus.Canceled"/> with <see cref="Dispatching.CancelReason.PayloadErased"/>; all of that in one
    /// transaction. A dispatcher that has one of them leased then changes nothing any more.
    /// </summary>
    /// <param name="tenantId">Whose message.</param>
    /// <param name="messageId">Which one.</param>
    /// <param name="now">The time at which the deliveries end.</param>
    /// <param name="cancellationToken">Ends the wait where nothing was erased yet.</param>
    /// <returns>What was erased, or null when the tenant has no message of this id.</returns>
    Task<PayloadErasure?> ErasePayloadAsync(
        string tenantId, string messageId, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>
    /// Erases some of what a tenant has, endpoints before their deliveries, so that nothing is leased any more. A call holds no lock for
    /// long, and no other tenant's rows at all.
    /// </summary>
    /// <param name="tenantId">Whose.</param>
    /// <param name="limit">The most rows of each kind; what belongs to one message may be more. At least 1.</param>
    /// <param name="cancellationToken">Ends the wait; what was erased stays erased.</param>
    /// <returns>What was erased; nothing when there is nothing left.</returns>
    Task<TenantRows> EraseTenantAsync(string tenantId, int limit, CancellationToken cancellationToken);

    /// <summary>Counts what there is of a tenant, wherever the store keeps something of it.</summary>
    /// <param name="tenantId">Whose.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<TenantRows> CountTenantAsync(string tenantId, CancellationToken cancellationToken);

    /// <summary>Removes what was erased from the store's own files, where it can: called after the last batch.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="WebhookStoreException">It could not; it can be called again.</exception>
    Task FinishErasureAsync(CancellationToken cancellationToken);
}
