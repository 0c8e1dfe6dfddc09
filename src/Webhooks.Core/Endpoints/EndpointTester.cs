using Webhooks.Catalog;
using Webhooks.Diagnostics;
using Webhooks.Http;
using Webhooks.Publishing;
using Webhooks.Storage;
using Webhooks.Validation;

namespace Webhooks.Endpoints;

/// <summary>Makes an attempt of an example, past the store and the dispatcher.</summary>
internal sealed class EndpointTester(
    IEventCatalog catalog,
    MessageFactory messages,
    EndpointCache endpoints,
    AttemptSender sender,
    WebhookIdGenerator ids,
    TimeProvider timeProvider) : IEndpointTester
{
    public async Task<EndpointTest> SendExampleAsync(
        string endpointId, string eventType, string? example, string tenantId, CancellationToken cancellationToken)
    {
        FieldRules.CheckKey(tenantId, "endpointId", endpointId);
        var webhookEvent = CreateEvent(tenantId, eventType, example);
        var now = timeProvider.GetNow();

        // The endpoint as the store has it now, whichever version this instance remembers.
        var endpoint = await endpoints
            .GetAsync(new EndpointKey(tenantId, endpointId), version: long.MaxValue, now, cancellationToken).ConfigureAwait(false)
            ?? throw new WebhookNotFoundException("endpoint", endpointId, tenantId);
        var delivery = new LeasedDelivery
        {
            Id = ids.Create(WebhookIdGenerator.DeliveryPrefix, now),
            EndpointId = endpointId,
            EndpointVersion = endpoint.Endpoint.Version,
            AttemptNumber = 1,
            LeaseUntil = now,
            Message = messages.Create(webhookEvent, fieldPrefix: ""),
        };
        var response = await sender.SendAsync(endpoint, delivery, now, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (response.DeferredFor is { } deferral)
        {
            throw new WebhookConflictException($"Requests to endpoint '{endpointId}' are put off at the moment. Try again in {deferral:c}.");
        }

        return new EndpointTest
        {
            MessageId = delivery.Message.Id,
            Payload = delivery.Message.Payload!.Value,
            StartedAt = now,
            Duration = response.Duration,
            StatusCode = response.StatusCode,
            Error = response.Error,
            ErrorMessage = response.ErrorMessage,
            ResponseExcerpt = response.Excerpt,
            IsResponseTruncated = response.IsTruncated,
        };
    }

    private WebhookEvent CreateEvent(string tenantId, string name, string? exampleName)
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
            : WebhookEvent.OfExample(eventType, example, new PublishOptions { TenantId = tenantId });
    }
}
