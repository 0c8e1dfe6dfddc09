using Webhooks.Dispatching;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.Log;

/// <summary>What was published, where it goes, and what became of it. Another tenant's rows do not exist for a call.</summary>
/// <remarks>
/// Pages are stable while rows are added: following the cursors from the first page meets every row that was there when
/// the first page was read exactly once.
/// </remarks>
public interface IWebhookLog
{
    /// <summary>Reads one message.</summary>
    /// <param name="messageId">Which one.</param>
    /// <param name="tenantId">Whose message.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The message, or null when the tenant has none of this id.</returns>
    /// <exception cref="WebhookValidationException">The id or tenant cannot be one.</exception>
    Task<WebhookMessage?> GetMessageAsync(
        string messageId, string tenantId = WebhooksDefaults.TenantId, CancellationToken cancellationToken = default);

    /// <summary>Lists messages, the newest first.</summary>
    /// <param name="query">Which ones.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="WebhookValidationException">
    /// The limit is out of range, an id cannot be one, or the cursor is not one that this list gave.
    /// </exception>
    Task<Page<WebhookMessage>> ListMessagesAsync(MessageQuery query, CancellationToken cancellationToken = default);

    /// <summary>Reads one delivery.</summary>
    /// <param name="deliveryId">Which one.</param>
    /// <param name="tenantId">Whose delivery.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The delivery, or null when the tenant has none of this id.</returns>
    /// <exception cref="WebhookValidationException">The id or tenant cannot be one.</exception>
    Task<WebhookDelivery?> GetDeliveryAsync(
        string deliveryId, string tenantId = WebhooksDefaults.TenantId, CancellationToken cancellationToken = default);

    /// <summary>Lists deliveries, the newest first.</summary>
    /// <param name="query">Which ones.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="WebhookValidationException">
    /// The limit is out of range, an id cannot be one, or the cursor is not one that this list gave.
    /// </exception>
    Task<Page<WebhookDelivery>> ListDeliveriesAsync(DeliveryQuery query, CancellationToken cancellationToken = default);

    /// <summary>
    /// Counts deliveries of an endpoint by where they stand: of those that the query has, the newest, up to its limit. An endpoint that
    /// does not exist has none.
    /// </summary>
    /// <param name="query">Which ones.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="WebhookValidationException">The limit is out of range, or the id or tenant cannot be one.</exception>
    Task<DeliveryCounts> CountDeliveriesAsync(DeliveryCountQuery query, CancellationToken cancellationToken = default);

    /// <summary>
    /// Lists the attempts of one delivery, the first attempt first; or of all deliveries of a message, one delivery after the other.
    /// </summary>
    /// <param name="query">Which ones.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="WebhookValidationException">
    /// The query names neither a delivery nor a message, or both; the limit is out of range, an id cannot be one, or the cursor is not one that this list gave.
    /// </exception>
    Task<Page<DeliveryAttempt>> ListAttemptsAsync(AttemptQuery query, CancellationToken cancellationToken = default);
}
