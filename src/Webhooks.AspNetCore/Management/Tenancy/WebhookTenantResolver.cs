using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Webhooks.AspNetCore.Management.Tenancy;

/// <summary>
/// Finds whose request it is. It runs after authorization, so that claims are there. One of the ready-made ones, a delegate, or the host's
/// own class.
/// </summary>
/// <remarks>
/// What a resolver answers is believed: where the caller names its tenant itself, by a header or in the path, an authorization policy has
/// to make sure that it belongs to it.
/// </remarks>
public abstract class WebhookTenantResolver
{
    /// <summary>For hosts without tenants: every request is of <see cref="WebhooksDefaults.TenantId"/>.</summary>
    public static WebhookTenantResolver Default { get; } =
        From(static _ => ValueTask.FromResult(WebhookTenantResult.Found(WebhooksDefaults.TenantId)));

    /// <summary>Finds whose request it is.</summary>
    /// <param name="context">The request.</param>
    public abstract ValueTask<WebhookTenantResult> ResolveAsync(HttpContext context);

    /// <summary>The tenant's id is the value of a request header. Without it, or with several, the answer is 400.</summary>
    /// <param name="name">The header's name, such as <c>X-Team-ID</c>. A policy has to check that the caller belongs to what it names.</param>
    public static WebhookTenantResolver FromHeader(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return From(context => ValueTask.FromResult(context.Request.Headers[name] is [{ Length: > 0 } tenantId]
            ? WebhookTenantResult.Found(tenantId)
            : WebhookTenantResult.Refused(StatusCodes.Status400BadRequest, $"The header {name} is missing, or there is more than one.")));
    }

    /// <summary>The tenant's id is a claim of the user. Without it, or with several, the answer is 403.</summary>
    /// <param name="type">The claim's type, such as <c>org_id</c>.</param>
    public static WebhookTenantResolver FromClaim(string type)
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        return From(context => ValueTask.FromResult(context.User.FindAll(type).Take(2).ToArray() is [{ Value.Length: > 0 } claim]
            ? WebhookTenantResult.Found(claim.Value)
            : WebhookTenantResult.Refused(StatusCodes.Status403Forbidden, "These credentials belong to no tenant.")));
    }

    /// <summary>The tenant's id is a part of the path: <c>app.MapWebhooks("/tenants/{tenant}/webhooks")</c>.</summary>
    /// <param name="name">The route parameter's name. A policy has to check that the caller belongs to what it names.</param>
    public static WebhookTenantResolver FromRouteValue(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return From(context => ValueTask.FromResult(context.GetRouteValue(name) is string { Length: > 0 } tenantId
            ? WebhookTenantResult.Found(tenantId)
            : throw new InvalidOperationException(
                $"The route has no parameter '{name}', which the tenant is taken from. Map it with '{{{name}}}' in its pattern.")));
    }

    /// <summary>The tenant is what a delegate finds: by a credential, from a database, or both.</summary>
    /// <param name="resolve">Finds whose request it is.</param>
    public static WebhookTenantResolver From(Func<HttpContext, ValueTask<WebhookTenantResult>> resolve)
    {
        ArgumentNullException.ThrowIfNull(resolve);
        return new DelegateResolver(resolve);
    }

    private sealed class DelegateResolver(Func<HttpContext, ValueTask<WebhookTenantResult>> resolve) : WebhookTenantResolver
    {
        public override ValueTask<WebhookTenantResult> ResolveAsync(HttpContext context) => resolve(context);
    }
}
