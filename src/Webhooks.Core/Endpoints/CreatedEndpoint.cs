using Webhooks.Signing;

namespace Webhooks.Endpoints;

/// <summary>A new endpoint with its secret: the one time that it is shown.</summary>
/// <param name="Endpoint">The endpoint.</param>
/// <param name="Secret">What its receiver verifies with.</param>
public sealed record CreatedEndpoint(WebhookEndpoint Endpoint, WebhookSecret Secret);
