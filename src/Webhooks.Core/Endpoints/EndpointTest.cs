using Webhooks.Dispatching;
using Webhooks.Publishing;

namespace Webhooks.Endpoints;

/// <summary>What came of sending an example to an endpoint, as the log has it.</summary>
/// <param name="Message">
/// The message, with the example in its envelope as payload: what was sent, but for what the endpoint's version, projection or
/// transformation makes of it.
/// </param>
/// <param name="Attempt">The attempt, with what came back.</param>
public sealed record EndpointTest(WebhookMessage Message, DeliveryAttempt Attempt);
