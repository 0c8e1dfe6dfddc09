namespace Webhooks.Endpoints;

/// <summary>Lets the owner of an endpoint see whether it works.</summary>
public interface IEndpointTester
{
    /// <summary>
    /// Sends an example of an event type to one endpoint, once and at once, signed as any attempt is, and returns what came back. The log
    /// has its message, delivery and attempt. It takes no account of the endpoint's state, its rate limit and its filters, is not retried,
    /// says nothing about the endpoint's health, and no operational event tells of it.
    /// </summary>
    /// <remarks>
    /// It is sent at most once: the delivery is stored before the request is made, and where the process is lost meanwhile, it ends as
    /// <see cref="Dispatching.AttemptError.Interrupted"/>. It is in no replay; it can be sent again by itself
    /// (<see cref="Replay.IWebhookReplay.ResendAsync"/>), which is then an attempt like any other.
    /// </remarks>
    /// <param name="endpointId">Which endpoint.</param>
    /// <param name="eventType">The name of the event type; the endpoint need not subscribe to it.</param>
    /// <param name="example">The name of the example; null for the first.</param>
    /// <param name="tenantId">Whose endpoint.</param>
    /// <param name="eventId">The id of the event (<see cref="Publishing.PublishOptions.EventId"/>); null for none.</param>
    /// <param name="messageId">
    /// The id that the receiver sees (<see cref="Publishing.PublishOptions.MessageId"/>); null for a new one. Where there is a test of this id
    /// or event id already, nothing is sent, and what came of that one is returned.
    /// </param>
    /// <param name="cancellationToken">
    /// Ends the wait where nothing was stored yet. After that the request is made and logged, whether anybody waits for it or not.
    /// </param>
    /// <exception cref="WebhookValidationException">
    /// The catalog has no such event type, or that has no such example; or an id or the tenant cannot be one.
    /// </exception>
    /// <exception cref="WebhookNotFoundException">The tenant has no such endpoint.</exception>
    /// <exception cref="WebhookConflictException">
    /// The id or event id is that of a message that was published, or of a test whose answer is not known (yet).
    /// </exception>
    /// <exception cref="WebhookSecretProtectionException">The endpoint's secrets cannot be decrypted.</exception>
    Task<EndpointTest> SendExampleAsync(
        string endpointId,
        string eventType,
        string? example = null,
        string tenantId = WebhooksDefaults.TenantId,
        string? eventId = null,
        string? messageId = null,
        CancellationToken cancellationToken = default);
}
