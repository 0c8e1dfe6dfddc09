using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace Webhooks.Http;

/// <summary>
/// The handlers of tenants whose rules about networks are not the application's: made like the factory's, with all that the
/// host has added, but with connections of their own for each set of rules.
/// </summary>
internal sealed class TenantHandlers(
    IServiceScopeFactory scopes,
    IOptionsMonitor<HttpClientFactoryOptions> options,
    IEnumerable<IHttpMessageHandlerBuilderFilter> filters)
{
    private const int MaxHandlers = 1_000;

    private readonly ConcurrentDictionary<string, Lazy<HttpMessageHandler>> _handlers = new(StringComparer.Ordinal);

    /// <summary>Gets the handler of a set of rules.</summary>
    public HttpMessageHandler Get(string networkKey)
    {
        if (_handlers.TryGetValue(networkKey, out var handler))
        {
            return handler.Value;
        }

        if (_handlers.Count >= MaxHandlers)
        {
            // Not disposed: requests may be under way. Without a reference, they go with their connections.
            _handlers.Clear();
        }

        return _handlers.GetOrAdd(networkKey, _ => new Lazy<HttpMessageHandler>(Create)).Value;
    }

    private HttpMessageHandler Create()
    {
        // Lives as long as its handler, whose dependencies come from it.
        var builder = scopes.CreateScope().ServiceProvider.GetRequiredService<HttpMessageHandlerBuilder>();
        builder.Name = WebhooksDefaults.HttpClientName;
        Action<HttpMessageHandlerBuilder> configure = target =>
        {
            foreach (var action in options.Get(WebhooksDefaults.HttpClientName).HttpMessageHandlerBuilderActions)
            {
                action(target);
            }
        };
        foreach (var filter in filters.Reverse())
        {
            configure = filter.Configure(configure);
        }

        configure(builder);
        return builder.Build();
    }
}
