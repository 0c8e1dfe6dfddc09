using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Webhooks.AspNetCore.Management.OpenApi;
using Webhooks.AspNetCore.Management.Routing;
using Webhooks.Diagnostics;
using Webhooks.Storage;

namespace Webhooks.AspNetCore.Management.Health;

/// <summary>The route of health, which is the same for all tenants.</summary>
internal static class HealthRoutes
{
    public static void Map(ManagementGroup group) =>
        group.Map(
            HttpMethods.Get,
            "/health",
            GetAsync,
            new Operation
            {
                Id = "getHealth",
                Summary = "Read whether webhooks go out",
                Description = "Unhealthy is answered with 503 and the same body.",
                SuccessDescription = "Healthy or degraded.",
                Success = OperationContent.Of(new HealthResource { Status = HealthStatus.Healthy, OldestDueAgeSeconds = 0 }),
            },
            isOfTenant: false);

    private static async Task<ManagementResult> GetAsync(ManagementRequest request)
    {
        var check = new WebhooksHealthCheck(
            request.Service<IDeliveryStore>(), request.Service<IOptions<WebhooksOptions>>(), request.Service<TimeProvider>());
        var context = new HealthCheckContext { Registration = new HealthCheckRegistration("webhooks", check, HealthStatus.Unhealthy, tags: null) };
        var health = await check.CheckHealthAsync(context, request.Aborted).ConfigureAwait(false);
        return ManagementResult.Of(
            new HealthResource
            {
                Status = health.Status,
                Description = health.Description,
                OldestDueAgeSeconds = health.Data.TryGetValue("oldestDueAge", out var age) ? ((TimeSpan)age).TotalSeconds : null,
            },
            health.Status == HealthStatus.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);
    }
}
