using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Webhooks.AspNetCore.Management;
using Webhooks.AspNetCore.Management.Credentials;
using Webhooks.AspNetCore.Management.Deliveries;
using Webhooks.AspNetCore.Management.Endpoints;
using Webhooks.AspNetCore.Management.EventTypes;
using Webhooks.AspNetCore.Management.Health;
using Webhooks.AspNetCore.Management.Messages;
using Webhooks.AspNetCore.Management.Problems;
using Webhooks.AspNetCore.Management.Replays;
using Webhooks.AspNetCore.Management.Routing;
using Webhooks.AspNetCore.Management.Secrets;
using Webhooks.AspNetCore.Management.Statistics;
using Webhooks.AspNetCore.Management.Tenancy;
using Webhooks.AspNetCore.Management.TestEvents;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the management API of webhooks, and what a host's own routes share with it.</summary>
public static class WebhooksEndpointRouteBuilderExtensions
{
    private static readonly (WebhookApiParts Part, string Tag, Action<ManagementGroup> Map)[] Parts =
    [
        (WebhookApiParts.Endpoints, "Endpoints", EndpointRoutes.Map),
        (WebhookApiParts.ReadSecrets, "Endpoints", SecretRoutes.MapRead),
        (WebhookApiParts.RotateSecrets, "Endpoints", SecretRoutes.MapRotate),
        (WebhookApiParts.Credentials, "Endpoints", CredentialsRoutes.Map),
        (WebhookApiParts.TestEvents, "Endpoints", TestEventRoutes.Map),
        (WebhookApiParts.Statistics, "Endpoints", StatisticsRoutes.Map),
        (WebhookApiParts.EventTypes, "Event types", EventTypeRoutes.Map),
        (WebhookApiParts.Messages, "Messages", MessageRoutes.Map),
        (WebhookApiParts.Publish, "Messages", PublishRoute.Map),
        (WebhookApiParts.Deliveries, "Deliveries", DeliveryRoutes.Map),
        (WebhookApiParts.Replays, "Replays", ReplayRoutes.Map),
        (WebhookApiParts.Health, "Health", HealthRoutes.Map),
    ];

    /// <summary>
    /// Maps the management API, or parts of it. The host says whose requests are, by <see cref="WithWebhookTenant"/>, and who may make
    /// them, by <c>RequireAuthorization</c> or <c>AllowAnonymous</c>, on what is returned or on a group around it; without both, the
    /// host does not start.
    /// </summary>
    /// <param name="endpoints">Where it is mapped.</param>
    /// <param name="prefix">The path that its routes begin with, such as <c>/v1</c>.</param>
    /// <param name="parts">What is mapped.</param>
    /// <returns>The group of its routes, for authorization and other conventions.</returns>
    /// <exception cref="InvalidOperationException"><c>AddManagementApi</c> was not called.</exception>
    public static RouteGroupBuilder MapWebhooks(
        this IEndpointRouteBuilder endpoints, string prefix = "", WebhookApiParts parts = WebhookApiParts.Default)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        if (endpoints.ServiceProvider.GetRequiredService<IServiceProviderIsService>().IsService(typeof(EventTypeList)) is false)
        {
            throw new InvalidOperationException(
                "The management API needs its services: call AddManagementApi in services.AddWebhooks(webhooks => …).");
        }

        var options = endpoints.ServiceProvider.GetRequiredService<IOptions<WebhookManagementOptions>>().Value;
        var group = endpoints.MapGroup(prefix);
        foreach (var (part, tag, map) in Parts)
        {
            if (parts.HasFlag(part))
            {
                map(new ManagementGroup(group, tag, options));
            }
        }

        return group;
    }

    /// <summary>
    /// Says whose the requests of endpoints are: of those of the management API, and of the host's own, whose handlers can take a
    /// <see cref="WebhookTenant"/>. Of several, of a group and of what is in it, the most specific counts.
    /// </summary>
    /// <typeparam name="TBuilder">What the endpoint was mapped with.</typeparam>
    /// <param name="builder">The endpoint, or the group.</param>
    /// <param name="resolver">Finds whose request it is.</param>
    public static TBuilder WithWebhookTenant<TBuilder>(this TBuilder builder, WebhookTenantResolver resolver)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(resolver);
        var requirement = new TenantRequirement(resolver);
        builder.Add(requirement.AddTo);
        builder.Finally(requirement.Enforce);
        return builder;
    }

    /// <summary>
    /// Answers the library's exceptions in a host's own endpoints as the management API does, with problem details (RFC 9457): broken rules
    /// with 422 and their fields, what does not exist with 404, conflicts with 409, and another version than <c>If-Match</c> names with 412.
    /// </summary>
    /// <typeparam name="TBuilder">What the endpoint was mapped with.</typeparam>
    /// <param name="builder">The endpoint, or the group.</param>
    public static TBuilder WithWebhookProblems<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.Finally(ProblemGuard.Enforce);
        return builder;
    }
}
