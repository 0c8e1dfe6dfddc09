using Webhooks.Endpoints;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.PostgreSql;

/// <content>Endpoints and deliveries.</content>
public sealed partial class PostgreSqlWebhookStore
{
    /// <inheritdoc/>
    public Task<bool> InsertEndpointAsync(StoredEndpoint endpoint, CancellationToken cancellationToken) =>
        _endpoints.InsertAsync(endpoint, cancellationToken);

    /// <inheritdoc/>
    public Task<StoredEndpoint?> GetEndpointAsync(EndpointKey key, CancellationToken cancellationToken) =>
        _endpoints.GetAsync(key, cancellationToken);

    /// <inheritdoc/>
    public Task<Page<WebhookEndpoint>> ListEndpointsAsync(EndpointQuery query, CancellationToken cancellationToken) =>
        _endpoints.ListAsync(query, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> ReplaceEndpointAsync(
        StoredEndpoint endpoint, long expectedVersion, CancellationToken cancellationToken) =>
        _endpoints.ReplaceAsync(endpoint, expectedVersion, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<EndpointKey>> FindExpiredSecretsAsync(
        DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        _endpoints.FindExpiredSecretsAsync(now, limit, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> DeleteEndpointAsync(
        EndpointKey key, long? expectedVersion, DateTimeOffset now, WebhookMessage? announcement, CancellationToken cancellationToken) =>
        _remover.DeleteAsync(key, expectedVersion, now, announcement, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> PauseEndpointAsync(EndpointPause pause, CancellationToken cancellationToken) =>
        _endpoints.PauseAsync(pause, cancellationToken);

    /// <inheritdoc/>
    public Task<int> CancelPendingAsync(EndpointKey key, DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        _remover.CancelPendingAsync(key, now, limit, cancellationToken);

    /// <inheritdoc/>
    public Task MarkFailingAsync(IReadOnlyList<FailureMark> marks, CancellationToken cancellationToken) =>
        _endpoints.MarkFailingAsync(marks, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<DateTimeOffset>> ReserveAsync(
        DateTimeOffset now, IReadOnlyList<RateReservation> reservations, CancellationToken cancellationToken) =>
        _rates.ReserveAsync(now, reservations, cancellationToken);

    /// <inheritdoc/>
    public Task<ClaimResult> ClaimAsync(ClaimRequest request, CancellationToken cancellationToken) =>
        _due.ClaimAsync(request, cancellationToken);

    /// <inheritdoc/>
    public Task<HeldClaimResult> ClaimHeldAsync(HeldClaimRequest request, CancellationToken cancellationToken) =>
        _held.ClaimAsync(request, cancellationToken);

    /// <inheritdoc/>
    public Task<DateTimeOffset?> FindOldestDueAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        _due.FindOldestAsync(now, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<bool>> CompleteAsync(
        string owner, IReadOnlyList<DeliveryOutcome> outcomes, CancellationToken cancellationToken) =>
        _outcomes.CompleteAsync(owner, outcomes, cancellationToken);

    /// <inheritdoc/>
    public Task ReleaseAsync(string owner, IReadOnlyList<DeliveryRelease> releases, CancellationToken cancellationToken) =>
        _outcomes.ReleaseAsync(owner, releases, cancellationToken);

    /// <inheritdoc/>
    /// <remarks>A partition that is dropped whole counts as one.</remarks>
    public Task<int> PruneAsync(PruneRequest request, CancellationToken cancellationToken) =>
        _pruner.PruneAsync(request, cancellationToken);

    /// <inheritdoc/>
    public Task<int> PrunePayloadsAsync(PayloadPruneRequest request, CancellationToken cancellationToken) =>
        _payloadPruner.PruneAsync(request, cancellationToken);

    /// <inheritdoc/>
    public Task<int> PruneRatesAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken) =>
        _rates.PruneAsync(endedBefore, limit, cancellationToken);
}
