namespace Webhooks.Http.Tls;

/// <summary>
/// The last handler before the network: a request with a TLS identity goes through connections of that identity, every other
/// one through those of all.
/// </summary>
internal sealed class TlsHandler : DelegatingHandler
{
    private readonly TlsHandlerPool _pool;

    public TlsHandler(TimeProvider timeProvider) => _pool = new TlsHandlerPool(Create, timeProvider);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        request is not WebhookRequest { HasTlsIdentity: false } && request.Options.TryGetValue(TlsIdentity.Option, out var identity)
            ? SendAsync(identity, request, cancellationToken)
            : base.SendAsync(request, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _pool.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task<HttpResponseMessage> SendAsync(
        TlsIdentity identity, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var handler = _pool.Rent(identity);
        try
        {
            return await handler.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _pool.Return(handler);
        }
    }

    private SocketsHttpHandler Create(TlsIdentity identity) => InnerHandler is SocketsHttpHandler handler
        ? TlsHandlerFactory.Create(handler, identity)
        : throw new InvalidOperationException(
            $"The endpoint has a client certificate or trusted certificates, but the client '{WebhooksDefaults.HttpClientName}' has "
                + $"another primary handler than a {nameof(SocketsHttpHandler)}, which cannot use them. Nothing was sent.");
}
