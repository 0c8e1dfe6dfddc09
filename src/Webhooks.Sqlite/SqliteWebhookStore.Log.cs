using Webhooks.Dispatching;
using Webhooks.Publishing;
using Webhooks.Sqlite.Log;
using Webhooks.Storage;

namespace Webhooks.Sqlite;

/// <content>What people read.</content>
public sealed partial class SqliteWebhookStore
{
    /// <inheritdoc/>
    public Task<WebhookMessage?> GetMessageAsync(string tenantId, string messageId, CancellationToken cancellationToken) =>
        Database.ReadAsync(session => MessageLog.Get(session, tenantId, messageId), cancellationToken);

    /// <inheritdoc/>
    public Task<Page<WebhookMessage>> ListMessagesAsync(MessageQuery query, CancellationToken cancellationToken) =>
        Database.ReadAsync(session => MessageLog.List(session, query), cancellationToken);

    /// <inheritdoc/>
    public Task<WebhookDelivery?> GetDeliveryAsync(string tenantId, string deliveryId, CancellationToken cancellationToken) =>
        Database.ReadAsync(session => DeliveryLog.Get(session, tenantId, deliveryId), cancellationToken);

    /// <inheritdoc/>
    public Task<Page<WebhookDelivery>> ListDeliveriesAsync(DeliveryQuery query, CancellationToken cancellationToken) =>
        Database.ReadAsync(session => DeliveryLog.List(session, query), cancellationToken);

    /// <inheritdoc/>
    public Task<DeliveryCounts> CountDeliveriesAsync(DeliveryCountQuery query, CancellationToken cancellationToken) =>
        Database.ReadAsync(session => DeliveryLog.Count(session, query), cancellationToken);

    /// <inheritdoc/>
    public Task<Page<DeliveryAttempt>> ListAttemptsAsync(AttemptQuery query, CancellationToken cancellationToken) =>
        Database.ReadAsync(session => AttemptLog.List(session, query), cancellationToken);
}
