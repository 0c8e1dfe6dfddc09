using System.Globalization;
using Webhooks.Dispatching;
using Webhooks.Publishing;
using Webhooks.Storage;
using Webhooks.Validation;

namespace Webhooks.Log;

/// <summary>Reads the log from the store, after a check of what was asked.</summary>
internal sealed class WebhookLog(ILogStore store) : IWebhookLog
{
    public Task<WebhookMessage?> GetMessageAsync(string messageId, string tenantId, CancellationToken cancellationToken)
    {
        FieldRules.CheckKey(tenantId, "messageId", messageId);
        return store.GetMessageAsync(tenantId, messageId, cancellationToken);
    }

    public Task<Page<WebhookMessage>> ListMessagesAsync(MessageQuery query, CancellationToken cancellationToken)
    {
        PageRules.Check(query);
        return store.ListMessagesAsync(query, cancellationToken);
    }

    public Task<WebhookDelivery?> GetDeliveryAsync(string deliveryId, string tenantId, CancellationToken cancellationToken)
    {
        FieldRules.CheckKey(tenantId, "deliveryId", deliveryId);
        return store.GetDeliveryAsync(tenantId, deliveryId, cancellationToken);
    }

    public Task<Page<WebhookDelivery>> ListDeliveriesAsync(DeliveryQuery query, CancellationToken cancellationToken)
    {
        PageRules.Check(query, ("endpointId", query.EndpointId), ("messageId", query.MessageId));
        return store.ListDeliveriesAsync(query, cancellationToken);
    }

    public Task<DeliveryCounts> CountDeliveriesAsync(DeliveryCountQuery query, CancellationToken cancellationToken)
    {
        FieldRules.CheckKey(query.TenantId, "endpointId", query.EndpointId);
        return query.Limit is < 1 or > DeliveryCountQuery.MaxLimit
            ? throw new WebhookValidationException(
                "limit",
                "range",
                query.Limit.ToString(CultureInfo.InvariantCulture),
                $"is a number from 1 to {DeliveryCountQuery.MaxLimit}.")
            : store.CountDeliveriesAsync(query, cancellationToken);
    }

    public Task<Page<DeliveryAttempt>> ListAttemptsAsync(AttemptQuery query, CancellationToken cancellationToken)
    {
        PageRules.Check(query, ("deliveryId", query.DeliveryId), ("messageId", query.MessageId));
        if ((query.DeliveryId is null) == (query.MessageId is null))
        {
            throw new WebhookValidationException(
                "deliveryId", "required", query.DeliveryId, "or messageId has to be given: the attempts of one of the two are listed.");
        }

        return store.ListAttemptsAsync(query, cancellationToken);
    }
}
