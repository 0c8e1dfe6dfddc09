using Webhooks.Endpoints;

namespace Webhooks.Storage;

/// <summary>An endpoint as a store keeps it: what everybody may see, and its secrets.</summary>
/// <param name="Endpoint">The endpoint.</param>
/// <param name="Secrets">Its signing secrets, the newest first; never empty.</param>
public sealed record StoredEndpoint(WebhookEndpoint Endpoint, IReadOnlyList<EndpointSecret> Secrets)
{
    /// <summary>The endpoint's key.</summary>
    public EndpointKey Key => new(Endpoint.TenantId, Endpoint.Id);
}
