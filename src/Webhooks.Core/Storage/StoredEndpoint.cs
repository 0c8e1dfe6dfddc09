using Webhooks.Endpoints;
using Webhooks.Publishing;

namespace Webhooks.Storage;

/// <summary>An endpoint as a store keeps it: what everybody may see, and its secrets.</summary>
/// <param name="Endpoint">The endpoint.</param>
/// <param name="Secrets">
/// Its secrets as a JSON document of up to 1 MiB, encrypted where the host has an
/// <see cref="Webhooks.Secrets.IWebhookSecretProtector"/>. A store keeps it as it is and never looks into it.
/// </param>
public sealed record StoredEndpoint(WebhookEndpoint Endpoint, string Secrets)
{
    /// <summary>
    /// When the first of the secrets expires that do; null where none does. It is replaced with the endpoint, and endpoints are
    /// found by it: <see cref="IEndpointStore.FindExpiredSecretsAsync"/>.
    /// </summary>
    public DateTimeOffset? SecretsExpireAt { get; init; }

    /// <summary>
    /// A message that is stored with this endpoint, in the same transaction, if it is inserted or replaced, and otherwise not; null for
    /// none. It is no part of the endpoint: what is read has none.
    /// </summary>
    public WebhookMessage? Announcement { get; init; }

    /// <summary>The endpoint's key.</summary>
    public EndpointKey Key => new(Endpoint.TenantId, Endpoint.Id);

    /// <summary>The endpoint without its secrets.</summary>
    public override string ToString() => $"{nameof(StoredEndpoint)} {{ {nameof(Endpoint)} = {Endpoint}, {nameof(Secrets)} = *** }}";
}
