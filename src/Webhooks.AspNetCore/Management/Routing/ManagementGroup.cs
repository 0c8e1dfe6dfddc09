using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Webhooks.AspNetCore.Management.Idempotency;
using Webhooks.AspNetCore.Management.OpenApi;
using Webhooks.AspNetCore.Management.Problems;

namespace Webhooks.AspNetCore.Management.Routing;

/// <summary>Maps the routes of one part of the API.</summary>
/// <param name="routes">Where they are mapped.</param>
/// <param name="tag">What the OpenAPI document calls the part.</param>
/// <param name="options">The settings.</param>
internal sealed class ManagementGroup(IEndpointRouteBuilder routes, string tag, WebhookManagementOptions options)
{
    /// <param name="method">The request's method.</param>
    /// <param name="pattern">The path below the API's.</param>
    /// <param name="handler">Handles the request.</param>
    /// <param name="operation">Describes it.</param>
    /// <param name="isOfTenant">Whether it shows or changes what a tenant has.</param>
    public void Map(string method, string pattern, ManagementHandler handler, Operation operation, bool isOfTenant = true)
    {
        var endpoint = routes.MapMethods(pattern, [method], (RequestDelegate)HandleAsync);
        endpoint.WithMetadata(new ManagementRoute(isOfTenant));
        endpoint.Finally(ProblemGuard.Enforce);
        new OperationWriter(operation, tag, RoutePatternFactory.Parse(pattern), options).AddTo(endpoint);

        async Task HandleAsync(HttpContext context)
        {
            var request = new ManagementRequest(context);
            if (operation.TakesIdempotencyKey)
            {
                request.IdempotencyKey = IdempotencyKey.Read(request);
            }

            var result = await handler(request).ConfigureAwait(false);
            await result.WriteAsync(context).ConfigureAwait(false);
        }
    }
}
