using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using Webhooks.Addresses;
using Webhooks.Http.Tls;

namespace Webhooks.Http;

/// <summary>
/// Sends requests as the named <see cref="HttpClient"/> would, through its handlers and with its default headers, without
/// making a client for each: it would link and time every request anew, which the attempt's own deadline does already.
/// </summary>
internal sealed class AttemptClient(
    IHttpClientFactory clients,
    AddressPolicies policies,
    HostLookup lookup,
    TenantHandlers tenantHandlers,
    IOptions<WebhooksOptions> options)
{
    private readonly bool _hasProxy = options.Value.Connections.Proxy is not null;
    private readonly IHttpMessageHandlerFactory? _handlers = clients as IHttpMessageHandlerFactory;
    private readonly ConditionalWeakTable<HttpMessageHandler, Sender> _tenantSenders = [];
    private volatile Sender? _sender;

    /// <summary>Sends a request for a tenant; the response's body is still to be read.</summary>
    /// <exception cref="ForbiddenAddressException">The tenant's rules forbid where it would go.</exception>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, string tenantId, CancellationToken cancellationToken) =>
        policies.DifferByTenant || _hasProxy ? SendCheckedAsync(request, tenantId, cancellationToken) : SendForAllAsync(request, cancellationToken);

    /// <summary>
    /// Connections are checked when they are made, and then serve whoever has a request to the same host: so what a tenant may
    /// not do is checked before each request, and tenants that may reach different addresses have different connections. With a
    /// proxy, this is the only check that can be made here.
    /// </summary>
    private async Task<HttpResponseMessage> SendCheckedAsync(
        HttpRequestMessage request, string tenantId, CancellationToken cancellationToken)
    {
        var policy = await policies.FindAsync(tenantId, cancellationToken).ConfigureAwait(false);
        if (policy.Check(request.RequestUri!) is { } refusal)
        {
            throw new ForbiddenAddressException(refusal);
        }

        if (_hasProxy)
        {
            await CheckNameAsync(policy, request.RequestUri!, cancellationToken).ConfigureAwait(false);
        }

        request.Options.Set(AddressConnector.Policy, policy);
        if (_handlers is null || string.Equals(policy.NetworkKey, policies.Application.NetworkKey, StringComparison.Ordinal))
        {
            return await SendForAllAsync(request, cancellationToken).ConfigureAwait(false);
        }

        var sender = _tenantSenders.GetValue(tenantHandlers.Get(policy.NetworkKey), CreateSender);
        return await sender.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask CheckNameAsync(AddressPolicy policy, Uri url, CancellationToken cancellationToken)
    {
        try
        {
            await lookup.FindAsync(policy, url.IdnHost, url.Port, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            // Behind a proxy, this machine may know no public names: the proxy does.
        }
    }

    private Task<HttpResponseMessage> SendForAllAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (_handlers is null)
        {
            // A factory of the host's own: clients are all that it has.
            if (request.Options.TryGetValue(TlsIdentity.Option, out _))
            {
                throw new InvalidOperationException(
                    $"The endpoint has a client certificate or trusted certificates, and the host's {nameof(IHttpClientFactory)} is no "
                        + $"{nameof(IHttpMessageHandlerFactory)}: they could not be used. Nothing was sent.");
            }

            return clients.CreateClient(WebhooksDefaults.HttpClientName)
                .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }

        // The factory's handlers are replaced after a while, if the host says so.
        var handler = _handlers.CreateHandler(WebhooksDefaults.HttpClientName);
        var sender = _sender;
        if (sender?.Handler != handler)
        {
            _sender = sender = CreateSender(handler);
        }

        return sender.SendAsync(request, cancellationToken);
    }

    private Sender CreateSender(HttpMessageHandler handler) =>
        new(handler, clients.CreateClient(WebhooksDefaults.HttpClientName).DefaultRequestHeaders);

    /// <summary>Sends through a handler that is the factory's to dispose.</summary>
    private sealed class Sender : HttpMessageInvoker
    {
        private readonly KeyValuePair<string, IEnumerable<string>>[] _defaultHeaders;

        public Sender(HttpMessageHandler handler, HttpRequestHeaders defaultHeaders)
            : base(handler, disposeHandler: false)
        {
            Handler = handler;
            _defaultHeaders = [.. defaultHeaders];
        }

        public HttpMessageHandler Handler { get; }

        public override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            foreach (var (name, values) in _defaultHeaders)
            {
                if (!request.Headers.Contains(name))
                {
                    request.Headers.TryAddWithoutValidation(name, values);
                }
            }

            return base.SendAsync(request, cancellationToken);
        }
    }
}
