using Microsoft.Extensions.Options;
using Webhooks.Catalog;
using Webhooks.Diagnostics;
using Webhooks.Dispatching;
using Webhooks.Http;
using Webhooks.Publishing;
using Webhooks.Storage;
using Webhooks.Validation;

namespace Webhooks.Endpoints;

/// <summary>
/// Makes an attempt of an example, past the dispatcher: its delivery is stored as leased to nobody else, and its outcome written, as those
/// of dispatchers are.
/// </summary>
internal sealed class EndpointTester(
    IEventCatalog catalog,
    MessageFactory messages,
    EndpointCache endpoints,
    AttemptSender sender,
    IMessageStore messageStore,
    IDeliveryStore deliveryStore,
    ILogStore log,
    WebhookIdGenerator ids,
    IOptions<WebhooksOptions> options,
    TimeProvider timeProvider) : IEndpointTester
{
    private readonly TimeSpan _leaseDuration = options.Value.Dispatcher.LeaseDuration;

    public async Task<EndpointTest> SendExampleAsync(
        string endpointId,
        string eventType,
        string? example,
        string tenantId,
        string? eventId,
        string? messageId,
        CancellationToken cancellationToken)
    {
        FieldRules.CheckKey(tenantId, "endpointId", endpointId);
        var webhookEvent = CreateEvent(eventType, example, new PublishOptions { TenantId = tenantId, EventId = eventId, MessageId = messageId });
        var message = messages.Create(webhookEvent.Content, fieldPrefix: "") with { TestedEndpointId = endpointId, IsAtMostOnce = true };

        // The endpoint as the store has it now, whichever version this instance remembers.
        var key = new EndpointKey(tenantId, endpointId);
        _ = await endpoints.GetAsync(key, version: long.MaxValue, message.CreatedAt, cancellationToken).ConfigureAwait(false)
            ?? throw NotFound(key);
        var lease = new LeaseGrant(ids.Create("test_", message.CreatedAt), timeProvider.GetNow() + _leaseDuration, Limit: 1);
        var appended = await AppendAsync(message, lease, cancellationToken).ConfigureAwait(false);
        if (appended.IsDuplicate)
        {
            return await FindAsync(tenantId, appended.MessageId, cancellationToken).ConfigureAwait(false);
        }

        // It is gone where it was deleted at this moment.
        var delivery = appended.Leased is [var leased] ? leased : throw NotFound(key);
        var attempt = await AttemptAsync(delivery, lease.Owner).ConfigureAwait(false);
        return new EndpointTest(message, attempt);
    }

    private static WebhookNotFoundException NotFound(EndpointKey key) => new("endpoint", key.EndpointId, key.TenantId);

    private async Task<AppendResult> AppendAsync(WebhookMessage message, LeaseGrant lease, CancellationToken cancellationToken)
    {
        try
        {
            return (await messageStore.AppendAsync([message], lease, cancellationToken).ConfigureAwait(false))[0];
        }
        catch (AppendBlockedException)
        {
            throw new WebhookConflictException(
                $"A transaction that is still open holds the id '{message.Id}' or the event id '{message.EventId}'. Try again later.");
        }
    }

    /// <summary>What came of the test that was there before.</summary>
    private async Task<EndpointTest> FindAsync(string tenantId, string messageId, CancellationToken cancellationToken)
    {
        var message = await log.GetMessageAsync(tenantId, messageId, cancellationToken).ConfigureAwait(false);
        var query = new AttemptQuery { TenantId = tenantId, MessageId = messageId, Limit = 1 };
        var attempts = await log.ListAttemptsAsync(query, cancellationToken).ConfigureAwait(false);
        return message is { IsTest: true } && attempts.Items is [{ Number: 1 } first]
            ? new EndpointTest(message, first)
            : throw new WebhookConflictException(
                message is { IsTest: false }
                    ? $"The id or event id is that of message '{messageId}', which was published and is no test. Use another."
                    : $"Test '{messageId}' was begun before, and its answer is not known: it is under way, or was lost. Look for it in the log.");
    }

    private async Task<DeliveryAttempt> AttemptAsync(LeasedDelivery delivery, string owner)
    {
        var startedAt = timeProvider.GetNow();
        var endpoint = await endpoints
            .GetAsync(delivery.EndpointKey, delivery.EndpointVersion, startedAt, CancellationToken.None).ConfigureAwait(false)
            ?? throw NotFound(delivery.EndpointKey);
        var response = await sender.SendAsync(endpoint, delivery, startedAt, CancellationToken.None).ConfigureAwait(false);
        if (response.DeferredFor is { } deferral)
        {
            response = response with
            {
                Error = AttemptError.Internal,
                ErrorMessage = $"Nothing was sent: requests to the endpoint are put off at the moment. Try again in {deferral:c}.",
            };
        }

        var attempt = response.ToAttempt(ids.Create(WebhookIdGenerator.AttemptPrefix, startedAt), delivery, startedAt);
        var (status, reason) = response switch
        {
            { IsCanceled: true } => (DeliveryStatus.Canceled, CancelReason.Transformation),
            { Error: AttemptError.None } => (DeliveryStatus.Succeeded, default(CancelReason?)),
            _ => (DeliveryStatus.Failed, null),
        };
        await deliveryStore
            .CompleteAsync(owner, [new DeliveryOutcome(attempt, status, RetryAt: null, reason)], CancellationToken.None).ConfigureAwait(false);
        return attempt;
    }

    private WebhookEvent CreateEvent(string name, string? exampleName, PublishOptions publishOptions)
    {
        if (!catalog.TryGet(name, out var eventType))
        {
            throw new WebhookValidationException("eventType", "known", name, EventTypeName.NotInCatalog(name, catalog));
        }

        var example = eventType.Examples
            .FirstOrDefault(known => exampleName is null || string.Equals(known.Name, exampleName, StringComparison.Ordinal));
        return example is null
            ? throw new WebhookValidationException(
                "example",
                "known",
                exampleName,
                eventType.Examples.Count == 0
                    ? $"cannot be sent: event type '{name}' has none. Give it one with WithExample."
                    : $"is none of event type '{name}', which has {string.Join(", ", eventType.Examples.Select(static known => $"'{known.Name}'"))}.")
            : WebhookEvent.OfExample(eventType, example, publishOptions);
    }
}
