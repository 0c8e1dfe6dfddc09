using Webhooks.Endpoints;
using Webhooks.Sqlite.Endpoints;
using Webhooks.Storage;

namespace Webhooks.Sqlite;

/// <content>The endpoints.</content>
public sealed partial class SqliteWebhookStore
{
    /// <inheritdoc/>
    public Task<bool> InsertEndpointAsync(StoredEndpoint endpoint, CancellationToken cancellationToken) =>
        Database.WriteAsync(session => session.Endpoints.Insert(endpoint), cancellationToken);

    /// <inheritdoc/>
    public Task<StoredEndpoint?> GetEndpointAsync(EndpointKey key, CancellationToken cancellationToken) =>
        Database.ReadAsync(session => EndpointReader.Get(session, key), cancellationToken);

    /// <inheritdoc/>
    public Task<Page<WebhookEndpoint>> ListEndpointsAsync(EndpointQuery query, CancellationToken cancellationToken) =>
        Database.ReadAsync(session => EndpointReader.List(session, query), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> ReplaceEndpointAsync(
        StoredEndpoint endpoint, long expectedVersion, CancellationToken cancellationToken) =>
        Database.WriteAsync(session => session.Endpoints.Replace(endpoint, expectedVersion), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<EndpointKey>> FindExpiredSecretsAsync(
        DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        Database.ReadAsync(session => EndpointReader.FindExpiredSecrets(session, now, limit), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> DeleteEndpointAsync(EndpointKey key, DateTimeOffset now, CancellationToken cancellationToken) =>
        Database.WriteAsync(session => session.Endpoints.Delete(key, now), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> PauseEndpointAsync(EndpointPause pause, CancellationToken cancellationToken) =>
        Database.WriteAsync(session => session.Endpoints.Pause(pause), cancellationToken);
}
