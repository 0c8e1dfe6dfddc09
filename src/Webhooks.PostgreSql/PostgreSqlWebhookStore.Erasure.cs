using Webhooks.Storage;

namespace Webhooks.PostgreSql;

/// <content>What is erased on request.</content>
public sealed partial class PostgreSqlWebhookStore
{
    /// <inheritdoc/>
    public Task<PayloadErasure?> ErasePayloadAsync(
        string tenantId, string messageId, DateTimeOffset now, CancellationToken cancellationToken) =>
        _payloadEraser.EraseAsync(tenantId, messageId, now, cancellationToken);

    /// <inheritdoc/>
    public Task<TenantRows> EraseTenantAsync(string tenantId, int limit, CancellationToken cancellationToken) =>
        _tenantEraser.EraseAsync(tenantId, limit, cancellationToken);

    /// <inheritdoc/>
    public Task<TenantRows> CountTenantAsync(string tenantId, CancellationToken cancellationToken) =>
        _tenantEraser.CountAsync(tenantId, cancellationToken);

    /// <inheritdoc/>
    /// <remarks>Does nothing: deleted rows leave the files with the vacuum of their table, and the write-ahead log as it is recycled.</remarks>
    public Task FinishErasureAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
