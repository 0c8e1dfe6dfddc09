using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Webhooks.AspNetCore.Receiving;

/// <summary>
/// That an endpoint receives webhooks, as its metadata. Of several, of a group and of an endpoint in it, the most specific counts.
/// </summary>
/// <remarks>
/// It stands around the endpoint's delegate: a filter would be called after the parameters were read from a body that nobody has verified.
/// </remarks>
internal sealed class WebhookRequirement(
    Func<HttpContext, ValueTask<WebhookSender?>> findSender, WebhookReceiverOptions options)
{
    private IReceivedWebhooks? _inMemory;

    public Func<HttpContext, ValueTask<WebhookSender?>> FindSender { get; } = findSender;

    public int MaxBodyBytes { get; } = options.MaxBodyBytes;

    public Func<HttpRequest, ReadOnlyMemory<byte>, string?>? MessageId { get; } = options.MessageId;

    public void AddTo(EndpointBuilder endpoint) => endpoint.Metadata.Add(this);

    public void Enforce(EndpointBuilder endpoint)
    {
        if (endpoint.Metadata.OfType<WebhookRequirement>().Last() != this)
        {
            return;
        }

        var services = endpoint.ApplicationServices;
        LazyInitializer.EnsureInitialized(
            ref _inMemory, () => new InMemoryReceivedWebhooks(timeProvider: services.GetService<TimeProvider>()));
        endpoint.RequestDelegate = new WebhookReceiver(
            this,
            _inMemory,
            (endpoint as RouteEndpointBuilder)?.RoutePattern.RawText ?? endpoint.DisplayName ?? "",
            services.GetRequiredService<ILogger<WebhookReceiver>>(),
            endpoint.RequestDelegate ?? throw new InvalidOperationException($"The endpoint '{endpoint.DisplayName}' has no delegate.")).ReceiveAsync;
    }
}
