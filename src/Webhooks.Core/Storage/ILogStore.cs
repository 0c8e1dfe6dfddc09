using Webhooks.Dispatching;
using Webhooks.Publishing;

namespace Webhooks.Storage;

/// <summary>The part of a store that is read by people: messages, deliveries and attempts, the newest first.</summary>
/// <remarks>
/// Pages are stable while rows are added: following the cursors from the first page meets every row that was there when
/// the first page was read exactly once.
/// </remarks>
public interface ILogStore
{
    /// <summary>Reads one message.</summary>
    /// <param name="tenantId">Whose message.</param>
    /// <param name="messageId">Which one.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The message, or null when the tenant has none of this id.</returns>
    Task<WebhookMessage?> GetMessageAsync(string tenantId, string messageId, CancellationToken cancellationToken);

    /// <summary>Lists messages.</summary>
    /// <param name="query">Which ones.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="WebhookValidationException">The cursor is not one that this list gave.</exception>
    Task<Page<WebhookMessage>> ListMessagesAsync(MessageQuery query, CancellationToken cancellationToken);

    /// <summary>Reads one delivery.</summary>
    /// <param name="tenantId">Whose delivery.</param>
    /// <param name="deliveryId">Which one.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The delivery, or null when the tenant has none of this id.</returns>
    Task<WebhookDelivery?> GetDeliveryAsync(string tenantId, string deliveryId, CancellationToken cancellationToken);

    /// <summary>Lists deliveries.</summary>
    /// <param name="query">Which ones.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="WebhookValidationException">The cursor is not one that this list gave.</exception>
    Task<Page<WebhookDelivery>> ListDeliveriesAsync(DeliveryQuery query, CancellationToken cancellationToken);

    /// <summary>Counts deliveries of an endpoint by where they stand: of those that the query has, the newest, up to its limit.</summary>
    /// <param name="query">Which ones.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<DeliveryCounts> CountDeliveriesAsync(DeliveryCountQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// Lists the attempts of one delivery, the first attempt first; or of all deliveries of a message, one delivery after the other.
    /// </summary>
    /// <param name="query">Which ones.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="WebhookValidationException">The cursor is not one that this list gave.</exception>
    Task<Page<DeliveryAttempt>> ListAttemptsAsync(AttemptQuery query, CancellationToken cancellationToken);
}
