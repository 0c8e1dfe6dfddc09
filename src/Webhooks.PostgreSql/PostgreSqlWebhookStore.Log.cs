using Webhooks.Dispatching;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.PostgreSql;

/// <content>What people read.</content>
public sealed partial class PostgreSqlWebhookStore
{
    /// <inheritdoc/>
    public Task<WebhookMessage?> GetMessageAsync(string tenantId, string messageId, CancellationToken cancellationToken) =>
        _messageLog.GetAsync(tenantId, messageId, cancellationToken);

    /// <inheritdoc/>
    public Task<Page<WebhookMessage>> ListMessagesAsync(MessageQuery query, CancellationToken cancellationToken) =>
        _messageLog.ListAsync(query, cancellationToken);

    /// <inheritdoc/>
    public Task<WebhookDelivery?> GetDeliveryAsync(string tenantId, string deliveryId, CancellationToken cancellationToken) =>
        _deliveryLog.GetAsync(tenantId, deliveryId, cancellationToken);

    /// <inheritdoc/>
    public Task<Page<WebhookDelivery>> ListDeliveriesAsync(DeliveryQuery query, CancellationToken cancellationToken) =>
        _deliveryLog.ListAsync(query, cancellationToken);

    /// <inheritdoc/>
    public Task<DeliveryCounts> CountDeliveriesAsync(DeliveryCountQuery query, CancellationToken cancellationToken) =>
        _deliveryLog.CountAsync(query, cancellationToken);

    /// <inheritdoc/>
    public Task<Page<DeliveryAttempt>> ListAttemptsAsync(AttemptQuery query, CancellationToken cancellationToken) =>
        _attemptLog.ListAsync(query, cancellationToken);
}
