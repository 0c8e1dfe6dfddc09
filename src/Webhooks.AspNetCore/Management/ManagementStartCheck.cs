using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.AspNetCore.Management.Routing;
using Webhooks.AspNetCore.Management.Tenancy;

namespace Webhooks.AspNetCore.Management;

/// <summary>
/// Stops a host from starting whose management API is open because something was forgotten: nobody said whose requests are, or who may
/// make them.
/// </summary>
/// <remarks>It runs when the pipeline has been built, with everything mapped, and the server does not listen yet.</remarks>
internal sealed class ManagementStartCheck : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        next(app);
        foreach (var endpoint in app.ApplicationServices.GetRequiredService<EndpointDataSource>().Endpoints)
        {
            Check(endpoint);
        }
    };

    private static void Check(Endpoint endpoint)
    {
        if (endpoint.Metadata.GetMetadata<ManagementRoute>() is not { } route)
        {
            return;
        }

        if (route.IsOfTenant && endpoint.Metadata.GetMetadata<TenantRequirement>() is null)
        {
            throw new InvalidOperationException(
                $"'{endpoint.DisplayName}' of the management API is mapped without a tenant: nobody said whose its requests are. "
                    + "Add to what MapWebhooks returns .WithWebhookTenant(WebhookTenantResolver.FromClaim(\"…\")), or FromHeader, "
                    + "FromRouteValue or From(delegate); WebhookTenantResolver.Default for a host without tenants.");
        }

        var isDecided = endpoint.Metadata.GetMetadata<IAuthorizeData>() is not null
            || endpoint.Metadata.GetMetadata<AuthorizationPolicy>() is not null
            || endpoint.Metadata.GetMetadata<IAuthorizationRequirementData>() is not null
            || endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null;
        if (!isDecided)
        {
            throw new InvalidOperationException(
                $"'{endpoint.DisplayName}' of the management API is mapped without authorization: nobody said who may call it. "
                    + "Add to what MapWebhooks returns .RequireAuthorization(\"policy\"); or .AllowAnonymous(), if everybody may who "
                    + "reaches it.");
        }
    }
}
