using Webhooks.Storage;

namespace Webhooks.Endpoints;

/// <summary>An endpoint as the engine works with it, its secrets readable. It stays in memory: stores get it from <see cref="EndpointVault"/>.</summary>
/// <param name="Endpoint">The endpoint.</param>
/// <param name="Secrets">Its signing secrets, the newest first; never empty.</param>
/// <param name="Credentials">What it authenticates with beside the signature; null for nothing.</param>
internal sealed record EndpointWithSecrets(
    WebhookEndpoint Endpoint, IReadOnlyList<EndpointSecret> Secrets, EndpointCredentials? Credentials = null)
{
    public EndpointKey Key => new(Endpoint.TenantId, Endpoint.Id);
}
