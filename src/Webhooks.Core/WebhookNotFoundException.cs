namespace Webhooks;

/// <summary>What a call names does not exist for its tenant. Another tenant's things do not exist.</summary>
/// <param name="what">What kind of thing: <c>endpoint</c>, <c>message</c>, <c>delivery</c>.</param>
/// <param name="id">The id that was asked for.</param>
/// <param name="tenantId">The tenant that was asked.</param>
public sealed class WebhookNotFoundException(string what, string id, string tenantId)
    : WebhookException($"Tenant '{tenantId}' has no {what} '{id}'.")
{
    /// <summary>What kind of thing was asked for.</summary>
    public string What { get; } = what;

    /// <summary>The id that was asked for.</summary>
    public string Id { get; } = id;

    /// <summary>The tenant that was asked.</summary>
    public string TenantId { get; } = tenantId;
}
