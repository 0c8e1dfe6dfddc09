using Webhooks.Endpoints;
using Webhooks.Publishing;

namespace Webhooks.Http;

/// <summary>What a request is about, for handlers that the host adds to the client; see <see cref="WebhookRequestOptions"/>.</summary>
/// <param name="Endpoint">Where it goes.</param>
/// <param name="Message">What is delivered.</param>
/// <param name="DeliveryId">The delivery's id.</param>
/// <param name="AttemptNumber">1 for the delivery's first attempt.</param>
public sealed record WebhookRequest(WebhookEndpoint Endpoint, WebhookMessage Message, string DeliveryId, int AttemptNumber);
