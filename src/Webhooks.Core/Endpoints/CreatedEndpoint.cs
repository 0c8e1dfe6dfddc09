using Webhooks.Signing;

namespace Webhooks.Endpoints;

/// <summary>A new endpoint with its secret: the one time that it is shown.</summary>
/// <param name="Endpoint">The endpoint.</param>
/// <param name="Secret">
/// What its receiver verifies with; for an endpoint with asymmetric signatures alone, the private key of the sender, which its
/// receiver must not get.
/// </param>
public sealed record CreatedEndpoint(WebhookEndpoint Endpoint, WebhookSecret Secret);
