using Webhooks.Sqlite.Erasure;
using Webhooks.Storage;

namespace Webhooks.Sqlite;

/// <content>What is erased on request.</content>
public sealed partial class SqliteWebhookStore
{
    /// <inheritdoc/>
    public Task<PayloadErasure?> ErasePayloadAsync(
        string tenantId, string messageId, DateTimeOffset now, CancellationToken cancellationToken) =>
        Database.WriteAsync(session => session.Eraser.ErasePayload(tenantId, messageId, now), cancellationToken);

    /// <inheritdoc/>
    public Task<TenantRows> EraseTenantAsync(string tenantId, int limit, CancellationToken cancellationToken) =>
        Database.WriteAsync(session => session.Eraser.EraseTenant(tenantId, limit), cancellationToken);

    /// <inheritdoc/>
    public Task<TenantRows> CountTenantAsync(string tenantId, CancellationToken cancellationToken) =>
        Database.ReadAsync(session => Eraser.Count(session, tenantId), cancellationToken);

    /// <inheritdoc/>
    /// <remarks>
    /// Writes the whole file anew (<c>VACUUM</c>) and empties its log: SQLite leaves bytes of what was deleted in both. Other writes wait
    /// meanwhile. Calls that come together share one.
    /// </remarks>
    public Task FinishErasureAsync(CancellationToken cancellationToken) => Database.CompactAsync(cancellationToken);
}
