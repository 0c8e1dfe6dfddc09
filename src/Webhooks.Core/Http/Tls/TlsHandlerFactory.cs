using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Webhooks.Http.Tls;

/// <summary>Makes handlers that are like another in everything but their TLS identity.</summary>
internal static class TlsHandlerFactory
{
    /// <summary>Makes a handler with the settings of another, as the host may have changed them.</summary>
    public static SocketsHttpHandler Create(SocketsHttpHandler like, TlsIdentity identity)
    {
        var handler = new SocketsHttpHandler
        {
            ActivityHeadersPropagator = like.ActivityHeadersPropagator,
            AllowAutoRedirect = like.AllowAutoRedirect,
            AutomaticDecompression = like.AutomaticDecompression,
            ConnectCallback = like.ConnectCallback,
            ConnectTimeout = like.ConnectTimeout,
            Credentials = like.Credentials,
            DefaultProxyCredentials = like.DefaultProxyCredentials,
            EnableMultipleHttp2Connections = like.EnableMultipleHttp2Connections,
            EnableMultipleHttp3Connections = like.EnableMultipleHttp3Connections,
            Expect100ContinueTimeout = like.Expect100ContinueTimeout,
            InitialHttp2StreamWindowSize = like.InitialHttp2StreamWindowSize,
            KeepAlivePingDelay = like.KeepAlivePingDelay,
            KeepAlivePingPolicy = like.KeepAlivePingPolicy,
            KeepAlivePingTimeout = like.KeepAlivePingTimeout,
            MaxAutomaticRedirections = like.MaxAutomaticRedirections,
            MaxConnectionsPerServer = like.MaxConnectionsPerServer,
            MaxResponseDrainSize = like.MaxResponseDrainSize,
            MaxResponseHeadersLength = like.MaxResponseHeadersLength,
            MeterFactory = like.MeterFactory,
            PlaintextStreamFilter = like.PlaintextStreamFilter,
            PooledConnectionIdleTimeout = like.PooledConnectionIdleTimeout,
            PooledConnectionLifetime = like.PooledConnectionLifetime,
            PreAuthenticate = like.PreAuthenticate,
            Proxy = like.Proxy,
            RequestHeaderEncodingSelector = like.RequestHeaderEncodingSelector,
            ResponseDrainTimeout = like.ResponseDrainTimeout,
            ResponseHeaderEncodingSelector = like.ResponseHeaderEncodingSelector,
            UseCookies = like.UseCookies,
            UseProxy = like.UseProxy,
            SslOptions = CreateOptions(like.SslOptions, identity),
        };
        if (like.UseCookies)
        {
            handler.CookieContainer = like.CookieContainer;
        }

        return handler;
    }

    /// <summary>
    /// How the certificates of receivers are checked: fully, and without a request to any address that stands in them. Missing
    /// intermediates and revocation lists are named by a stranger's certificate and would be fetched past the address policy.
    /// </summary>
    public static X509ChainPolicy CreateChainPolicy() => new()
    {
        DisableCertificateDownloads = true,
        RevocationMode = X509RevocationMode.NoCheck,
    };

    private static SslClientAuthenticationOptions CreateOptions(SslClientAuthenticationOptions like, TlsIdentity identity)
    {
        var options = new SslClientAuthenticationOptions
        {
            AllowRenegotiation = like.AllowRenegotiation,
            AllowTlsResume = like.AllowTlsResume,
            CertificateChainPolicy = like.CertificateChainPolicy?.Clone(),
            CertificateRevocationCheckMode = like.CertificateRevocationCheckMode,
            CipherSuitesPolicy = like.CipherSuitesPolicy,
            ClientCertificateContext = like.ClientCertificateContext,
            ClientCertificates = like.ClientCertificates,
            EnabledSslProtocols = like.EnabledSslProtocols,
            LocalCertificateSelectionCallback = like.LocalCertificateSelectionCallback,
            RemoteCertificateValidationCallback = like.RemoteCertificateValidationCallback,
        };
        if (identity.ClientCertificate is { } pem)
        {
            // Offline: its chain is what the text holds.
            options.ClientCertificateContext = SslStreamCertificateContext.Create(
                PemCertificates.ReadWithKey(pem), PemCertificates.Read(pem), offline: true);
        }

        if (identity.TrustedCertificates is { } trusted)
        {
            options.CertificateChainPolicy ??= CreateChainPolicy();
            options.CertificateChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            options.CertificateChainPolicy.CustomTrustStore.AddRange(PemCertificates.Read(trusted));
        }

        return options;
    }
}
