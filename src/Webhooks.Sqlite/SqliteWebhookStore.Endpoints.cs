using Webhooks.Endpoints;
using Webhooks.Publishing;
using Webhooks.Sqlite.Endpoints;
using Webhooks.Storage;

namespace Webhooks.Sqlite;

/// <content>The endpoints.</content>
public sealed partial class SqliteWebhookStore
{
    /// <inheritdoc/>
    public Task<bool> InsertEndpointAsync(StoredEndpoint endpoint, CancellationToken cancellationToken) =>
        Database.WriteAsync(
            session => session.Messages.Announce(endpoint.Announcement, session.Endpoints.Insert(endpoint)), cancellationToken);

    /// <inheritdoc/>
    public Task<StoredEndpoint?> GetEndpointAsync(EndpointKey key, CancellationToken cancellationToken) =>
        Database.ReadAsync(session => EndpointReader.Get(session, key), cancellationToken);

    /// <inheritdoc/>
    public Task<Page<WebhookEndpoint>> ListEndpointsAsync(EndpointQuery query, CancellationToken cancellationToken) =>
        Database.ReadAsync(session => EndpointReader.List(session, query), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> ReplaceEndpointAsync(
        StoredEndpoint endpoint, long expectedVersion, CancellationToken cancellationToken) =>
        Database.WriteAsync(
            session => session.Messages.Announce(endpoint.Announcement, session.Endpoints.Replace(endpoint, expectedVersion)),
            cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<EndpointKey>> FindExpiredSecretsAsync(
        DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        Database.ReadAsync(session => EndpointReader.FindExpiredSecrets(session, now, limit), cancellationToken);

    /// <inheritdoc/>
    /// <remarks>
    /// The endpoint goes at once; its pending deliveries are canceled in portions, between which others write. What is left when
    /// the process dies is canceled by the next one.
    /// </remarks>
    public async Task<bool> DeleteEndpointAsync(
        EndpointKey key, long? expectedVersion, DateTimeOffset now, WebhookMessage? announcement, CancellationToken cancellationToken)
    {
        var canceled = await Database.WriteAsync(
            session =>
            {
                var canceled = session.Endpoints.Delete(key, expectedVersion, now);
                session.Messages.Announce(announcement, canceled is not null);
                return canceled;
            },
            cancellationToken).ConfigureAwait(false);
        var isDeleted = canceled is not null;
        while (canceled == EndpointWriter.Portion)
        {
            canceled = await Database.WriteAsync(session => session.Endpoints.CancelOfDeleted(key, now), CancellationToken.None).ConfigureAwait(false);
        }

        return isDeleted;
    }

    /// <inheritdoc/>
    public Task<bool> PauseEndpointAsync(EndpointPause pause, CancellationToken cancellationToken) =>
        Database.WriteAsync(session => session.Endpoints.Pause(pause), cancellationToken);

    /// <inheritdoc/>
    public Task<int> CancelPendingAsync(EndpointKey key, DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        Database.WriteAsync(session => session.Endpoints.CancelPending(key, now, limit), cancellationToken);

    /// <inheritdoc/>
    public Task MarkFailingAsync(IReadOnlyList<FailureMark> marks, CancellationToken cancellationToken) =>
        Database.WriteAsync(session => session.Endpoints.MarkFailing(marks), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<DateTimeOffset>> ReserveAsync(
        DateTimeOffset now, IReadOnlyList<RateReservation> reservations, CancellationToken cancellationToken) =>
        Database.WriteAsync(session => session.Rates.Reserve(now, reservations), cancellationToken);
}
