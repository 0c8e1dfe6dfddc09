using System.Reflection;
using Microsoft.AspNetCore.Http;

namespace Webhooks.AspNetCore.Management.Tenancy;

/// <summary>
/// Whose request it is: the parameter of a handler behind <c>WithWebhookTenant</c>, and in <see cref="HttpContext.Features"/> for others.
/// </summary>
public sealed class WebhookTenant : IBindableFromHttpContext<WebhookTenant>
{
    internal WebhookTenant(string id) => Id = id;

    /// <summary>The tenant's id, for every call of the library's services.</summary>
    public string Id { get; }

    /// <summary>The tenant's id.</summary>
    public override string ToString() => Id;

    static ValueTask<WebhookTenant?> IBindableFromHttpContext<WebhookTenant>.BindAsync(HttpContext context, ParameterInfo parameter) =>
        ValueTask.FromResult<WebhookTenant?>(Get(context));

    internal static WebhookTenant Get(HttpContext context) =>
        context.Features.Get<WebhookTenant>() ?? throw new InvalidOperationException(
            "The tenant of a request is known only after it was resolved: map the endpoint, or its group, with WithWebhookTenant.");
}
