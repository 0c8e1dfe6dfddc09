namespace Webhooks.Endpoints;

/// <summary>Lets the owner of an endpoint see whether it works.</summary>
public interface IEndpointTester
{
    /// <summary>
    /// Sends an example of an event type to one endpoint, once and at once, signed as any attempt is, and returns what came back. It is a
    /// trial and no delivery: it is not in the log, not retried, takes no account of the endpoint's state, its rate limit and its filters,
    /// and its failure says nothing about the endpoint's health.
    /// </summary>
    /// <param name="endpointId">Which endpoint.</param>
    /// <param name="eventType">The name of the event type; the endpoint need not subscribe to it.</param>
    /// <param name="example">The name of the example; null for the first.</param>
    /// <param name="tenantId">Whose endpoint.</param>
    /// <param name="cancellationToken">Breaks the request off.</param>
    /// <exception cref="WebhookValidationException">
    /// The catalog has no such event type, or that has no such example; or the id or tenant cannot be one.
    /// </exception>
    /// <exception cref="WebhookNotFoundException">The tenant has no such endpoint.</exception>
    /// <exception cref="WebhookConflictException">A handler of the host's puts requests to it off at the moment.</exception>
    /// <exception cref="WebhookSecretProtectionException">The endpoint's secrets cannot be decrypted.</exception>
    Task<EndpointTest> SendExampleAsync(
        string endpointId,
        string eventType,
        string? example = null,
        string tenantId = WebhooksDefaults.TenantId,
        CancellationToken cancellationToken = default);
}
