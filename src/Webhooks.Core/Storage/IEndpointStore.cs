using Webhooks.Endpoints;
using Webhooks.Publishing;

namespace Webhooks.Storage;

/// <summary>The part of a store that keeps endpoints.</summary>
public interface IEndpointStore
{
    /// <summary>
    /// Adds an endpoint, and its announcement in the same transaction, by the rules of <see cref="IMessageStore.AppendAsync"/> and without
    /// leases.
    /// </summary>
    /// <param name="endpoint">The endpoint. A pause that it names is not taken over: it starts without one.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False, and nothing changed, when the tenant already has an endpoint of this id.</returns>
    Task<bool> InsertEndpointAsync(StoredEndpoint endpoint, CancellationToken cancellationToken);

    /// <summary>Reads one endpoint.</summary>
    /// <param name="key">Which one.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The endpoint, or null when there is none.</returns>
    Task<StoredEndpoint?> GetEndpointAsync(EndpointKey key, CancellationToken cancellationToken);

    /// <summary>Lists a tenant's endpoints, the newest first.</summary>
    /// <param name="query">Which ones.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="WebhookValidationException">The cursor is not one that this list gave.</exception>
    Task<Page<WebhookEndpoint>> ListEndpointsAsync(EndpointQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// Replaces an endpoint whose version is still the expected one. Its pause and since when it fails stay as the store has
    /// them, whatever the argument was read with. But an endpoint that turns from disabled to enabled no longer fails, and
    /// becomes paused until its <see cref="WebhookEndpoint.UpdatedAt"/>: what was held meanwhile is then resumed like
    /// after any other pause. If it is ordered and taken over, an attempt may be under way: that pause stays. Its announcement is
    /// appended in the same transaction.
    /// </summary>
    /// <param name="endpoint">The endpoint with its new version.</param>
    /// <param name="expectedVersion">The version that it replaces.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False, and nothing changed, when the endpoint has another version or is gone.</returns>
    Task<bool> ReplaceEndpointAsync(StoredEndpoint endpoint, long expectedVersion, CancellationToken cancellationToken);

    /// <summary>Finds endpoints of all tenants with a secret that has expired.</summary>
    /// <param name="now">The time: <see cref="StoredEndpoint.SecretsExpireAt"/> is this or before.</param>
    /// <param name="limit">The most endpoints.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The endpoints, those whose secret expired first before others.</returns>
    Task<IReadOnlyList<EndpointKey>> FindExpiredSecretsAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Removes an endpoint; its pending deliveries end as <see cref="Dispatching.DeliveryStatus.Canceled"/>, for
    /// <see cref="Dispatching.CancelReason.EndpointDeleted"/>.
    /// </summary>
    /// <param name="key">Which one.</param>
    /// <param name="expectedVersion">The version that it is to have; null for any.</param>
    /// <param name="now">The time at which the deliveries end.</param>
    /// <param name="announcement">A message that is appended in the transaction that removes it; null for none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False, and nothing changed, when there was none, or one of another version.</returns>
    Task<bool> DeleteEndpointAsync(
        EndpointKey key, long? expectedVersion, DateTimeOffset now, WebhookMessage? announcement, CancellationToken cancellationToken);

    /// <summary>
    /// Ends pending deliveries of an endpoint as <see cref="Dispatching.DeliveryStatus.Canceled"/>, for
    /// <see cref="Dispatching.CancelReason.Dropped"/>, at most a number of them a call, so that no call holds a lock for long.
    /// </summary>
    /// <param name="key">Which endpoint.</param>
    /// <param name="now">The time at which the deliveries end.</param>
    /// <param name="limit">The most deliveries; at least 1.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many were canceled; 0 when none is left.</returns>
    Task<int> CancelPendingAsync(EndpointKey key, DateTimeOffset now, int limit, CancellationToken cancellationToken);
}
