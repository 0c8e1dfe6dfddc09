using Webhooks.Dispatching;
using Webhooks.Storage;

namespace Webhooks.Operations;

/// <summary>
/// A handler of the host's, as it was registered. It is an endpoint of the operational tenant whose deliveries go to it instead of over
/// the network: so each handler has deliveries of its own, and one that fails repeats nothing of another.
/// </summary>
/// <param name="name">Its name.</param>
/// <param name="resolve">Takes it from a scope.</param>
internal sealed class OperationalHandler(string name, Func<IServiceProvider, IOperationalEventHandler> resolve)
{
    private const string UrlPrefix = "handler:";
    private const string IdPrefix = "handler_";

    public string Name => name;

    public EndpointKey EndpointKey { get; } = new(WebhooksDefaults.OperationalTenantId, IdPrefix + name);

    /// <summary>What stands in place of a URL: no request can go there.</summary>
    public string Url { get; } = UrlPrefix + name;

    /// <summary>The name of the handler that an endpoint's deliveries go to; null where they go over the network.</summary>
    public static string? FindName(string tenantId, string url) =>
        url.StartsWith(UrlPrefix, StringComparison.Ordinal) && OperationalCatalog.IsTenant(tenantId) ? url[UrlPrefix.Length..] : null;

    /// <summary>Its calls that have not ended.</summary>
    public CallCount Calls { get; } = new();

    public IOperationalEventHandler Resolve(IServiceProvider services) => resolve(services);
}
