namespace Webhooks.AspNetCore.Management.Routing;

/// <summary>That an endpoint is one of the API's, as its metadata.</summary>
/// <param name="IsOfTenant">Whether it shows or changes what a tenant has.</param>
internal sealed record ManagementRoute(bool IsOfTenant);
