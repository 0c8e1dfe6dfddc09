using Webhooks.Signing;

namespace Webhooks.Endpoints;

/// <summary>One of an endpoint's signing secrets.</summary>
/// <param name="Secret">The secret.</param>
/// <param name="CreatedAt">When it was given to the endpoint.</param>
/// <param name="ExpiresAt">Until when it is signed with; null for the newest, which lives until it is rotated.</param>
internal sealed record EndpointSecret(WebhookSecret Secret, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt);
