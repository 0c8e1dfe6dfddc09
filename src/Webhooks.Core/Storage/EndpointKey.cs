namespace Webhooks.Storage;

/// <summary>Names one endpoint: endpoint ids are unique within their tenant.</summary>
/// <param name="TenantId">Whose endpoint it is.</param>
/// <param name="EndpointId">Which of the tenant's endpoints.</param>
public readonly record struct EndpointKey(string TenantId, string EndpointId);
