using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Webhooks.AspNetCore.Management.Problems;
using Webhooks.AspNetCore.Management.Routing;

namespace Webhooks.AspNetCore.Management.Tenancy;

/// <summary>
/// That requests of an endpoint are a tenant's, as its metadata. Of several, of a group and of an endpoint in it, the most specific counts.
/// </summary>
/// <remarks>It stands around the endpoint's delegate: behind authorization, and before anything is read of the request.</remarks>
internal sealed class TenantRequirement(WebhookTenantResolver resolver)
{
    private const int MaxLength = 255;

    public void AddTo(EndpointBuilder endpoint) => endpoint.Metadata.Add(this);

    public void Enforce(EndpointBuilder endpoint)
    {
        if (endpoint.Metadata.OfType<TenantRequirement>().Last() != this
            || endpoint.Metadata.OfType<ManagementRoute>().Any(static route => !route.IsOfTenant))
        {
            return;
        }

        var next = endpoint.RequestDelegate
            ?? throw new InvalidOperationException($"The endpoint '{endpoint.DisplayName}' has no delegate.");
        endpoint.RequestDelegate = context => InvokeAsync(context, next);
    }

    private async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var result = await resolver.ResolveAsync(context).ConfigureAwait(false);
        if (result.TenantId is { } tenantId && IsTenant(tenantId))
        {
            context.Features.Set(new WebhookTenant(tenantId));
            await next(context).ConfigureAwait(false);
            return;
        }

        var problem = result.TenantId is null
            ? Problem.Of(result.StatusCode, ProblemCode.Tenant, result.Detail)
            : Problem.Of(StatusCodes.Status403Forbidden, ProblemCode.Tenant, "There is no such tenant.");
        await problem.WriteAsync(context).ConfigureAwait(false);
    }

    /// <summary>
    /// Whether it can be a tenant of the host's. The one of operational events is none: it has the events of all tenants, and a caller that
    /// names its tenant itself must not get there.
    /// </summary>
    private static bool IsTenant(string tenantId) =>
        tenantId.Length <= MaxLength
        && !tenantId.Any(char.IsControl)
        && !string.Equals(tenantId, WebhooksDefaults.OperationalTenantId, StringComparison.Ordinal);
}
