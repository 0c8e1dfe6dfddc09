using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Webhooks.Http.Tls;

namespace Webhooks.Http;

/// <summary>Makes the handler that attempts go out by. What it does not do is what makes it safe.</summary>
internal static class PrimaryHandler
{
    /// <summary>The most KiB of a response's headers, which bounds their number too.</summary>
    private const int MaxResponseHeadersLength = 32;

    /// <summary>The most bytes of a body, beyond its excerpt, that are read and thrown away so that the connection can be used again.</summary>
    private const int MaxResponseDrainSize = 64 * 1024;

    private static readonly TimeSpan IdleTime = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ResponseDrainTimeout = TimeSpan.FromSeconds(1);

    /// <summary>How soon a dead HTTP/2 connection is noticed: a request that is given up does not close it, as it would in HTTP/1.1.</summary>
    private static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(5);

    public static SocketsHttpHandler Create(WebhooksOptions options) => new()
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        UseProxy = options.Connections.Proxy is not null,
        Proxy = options.Connections.Proxy is { } proxy ? new WebProxy(proxy) : null,
        ActivityHeadersPropagator = null,
        ConnectTimeout = options.Dispatcher.AttemptTimeout,
        PooledConnectionLifetime = options.Connections.Lifetime,
        PooledConnectionIdleTimeout = IdleTime,
        MaxConnectionsPerServer = options.Connections.MaxPerServer ?? int.MaxValue,
        MaxResponseHeadersLength = MaxResponseHeadersLength,
        MaxResponseDrainSize = MaxResponseDrainSize,
        ResponseDrainTimeout = ResponseDrainTimeout,
        EnableMultipleHttp2Connections = true,
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        KeepAlivePingDelay = PingDelay,
        KeepAlivePingTimeout = PingTimeout,
        SslOptions = new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CertificateChainPolicy = TlsHandlerFactory.CreateChainPolicy(),
        },
    };
}
