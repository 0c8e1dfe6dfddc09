using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;
using Webhooks.Endpoints;

namespace Webhooks.Core.Tests.Http.Tls;

/// <summary>Receivers with TLS on real sockets, and endpoints that say whom they trust and who they are.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly X509Certificate2 _authority = Certificates.Authority();
    private readonly X509Certificate2 _otherAuthority = Certificates.Authority();

    public void Dispose()
    {
        _authority.Dispose();
        _otherAuthority.Dispose();
    }

    [Fact]
    public async Task A_private_authority_is_trusted_where_the_endpoint_says_so()
    {
        using var certificate = Certificates.Issue(_authority);
        await using var receiver = await StartAsync(certificate);

        (await AttemptAsync(receiver, _authority)).IsSuccess.Should().BeTrue();
        (await AttemptAsync(receiver, trusted: null)).Error.Should().Be(AttemptError.Tls);
        (await AttemptAsync(receiver, _otherAuthority)).Error.Should().Be(AttemptError.Tls);
    }

    [Fact]
    public async Task A_certificate_that_is_its_own_authority_can_be_pinned()
    {
        using var certificate = Certificates.SelfSigned("receiver.test");
        using var other = Certificates.SelfSigned("receiver.test");
        await using var receiver = await StartAsync(certificate);

        (await AttemptAsync(receiver, certificate)).IsSuccess.Should().BeTrue();
        (await AttemptAsync(receiver, other)).Error.Should().Be(AttemptError.Tls);
    }

    [Fact]
    public async Task A_trusted_authority_does_not_excuse_a_wrong_name_or_time_or_purpose()
    {
        foreach (var wrong in new[]
        {
            Certificates.Issue(_authority, name: "elsewhere.test"),
            Certificates.Issue(_authority, isExpired: true),
            Certificates.Issue(_authority, isForClients: true),
        })
        {
            await using var receiver = await StartAsync(wrong, https => https.ServerCertificateSelector = (_, _) => wrong);

            (await AttemptAsync(receiver, _authority)).Error.Should().Be(AttemptError.Tls, wrong.Subject);
        }
    }

    [Fact]
    public async Task A_client_certificate_is_presented_where_the_endpoint_has_one()
    {
        using var certificate = Certificates.Issue(_authority);
        using var client = Certificates.Issue(_authority, name: "sender", isForClients: true);
        await using var receiver = await StartAsync(certificate, RequireClientCertificate);

        (await AttemptAsync(receiver, _authority, Certificates.ToPem(client))).Should().BeEquivalentTo(new
        {
            IsSuccess = true, ResponseExcerpt = (ReadOnlyMemory<byte>)System.Text.Encoding.UTF8.GetBytes($"HTTP/2 {client.Thumbprint}"),
        }, options => options.ComparingByMembers<DeliveryAttempt>().Using<ReadOnlyMemory<byte>>(
            context => context.Subject.ToArray().Should().Equal(context.Expectation.ToArray())).WhenTypeIs<ReadOnlyMemory<byte>>());
        (await AttemptAsync(receiver, _authority)).IsSuccess.Should().BeFalse();
    }

    [Fact]
    public async Task Endpoints_of_one_receiver_never_share_connections_of_different_identity()
    {
        using var certificate = Certificates.Issue(_authority);
        using var first = Certificates.Issue(_authority, name: "first", isForClients: true);
        using var second = Certificates.Issue(_authority, name: "second", isForClients: true);
        var seen = new System.Collections.Concurrent.ConcurrentQueue<string>();
        await using var receiver = await StartAsync(
            certificate,
            https =>
            {
                RequireClientCertificate(https);
                https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            },
            answer: context =>
            {
                seen.Enqueue($"{context.Request.Headers["X-Endpoint"]} {context.Connection.ClientCertificate?.Thumbprint}");
                return Task.CompletedTask;
            });
        await using var host = await TestHost.StartAsync(network: true);
        string?[] pems = [null, Certificates.ToPem(first), Certificates.ToPem(second)];
        for (var i = 0; i < pems.Length; i++)
        {
            await host.Endpoints.CreateAsync(
                Settings(receiver, _authority) with { Headers = new Dictionary<string, string> { ["X-Endpoint"] = $"{i}" } },
                new() { Credentials = new() { ClientCertificate = pems[i] } });
        }

        for (var i = 0; i < 3; i++)
        {
            await host.PublishAsync();
        }

        await host.WhenDeliveriesAsync(all => all.Count(delivery => delivery.Status == DeliveryStatus.Succeeded) == 9);
        seen.Distinct(StringComparer.Ordinal).Should().BeEquivalentTo("0 ", $"1 {first.Thumbprint}", $"2 {second.Thumbprint}");
    }

    [Fact]
    public async Task No_request_goes_to_addresses_that_stand_in_a_receivers_certificate()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        using var certificate = Certificates.Issue(_authority, issuerUrl: new Uri($"http://{listener.LocalEndpoint}/authority.cer"));

        // Offline: a receiver looks for its own issuer otherwise.
        var context = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true);
        await using var receiver = await SocketReceiver.StartAsync(
            _ => Task.CompletedTask,
            listen => listen.UseHttps(new TlsHandshakeCallbackOptions
            {
                OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions { ServerCertificateContext = context }),
            }));

        (await AttemptAsync(receiver, trusted: null)).Error.Should().Be(AttemptError.Tls);
        (await AttemptAsync(receiver, _otherAuthority)).Error.Should().Be(AttemptError.Tls);

        listener.Pending().Should().BeFalse();
    }

    [Theory]
    [InlineData(HttpProtocols.Http1AndHttp2, "HTTP/2")]
    [InlineData(HttpProtocols.Http1, "HTTP/1.1")]
    public async Task Http_2_is_spoken_where_the_receiver_offers_it(HttpProtocols offered, string spoken)
    {
        using var certificate = Certificates.Issue(_authority);
        await using var receiver = await StartAsync(certificate, protocols: offered);

        var attempt = await AttemptAsync(receiver, _authority);

        System.Text.Encoding.UTF8.GetString(attempt.ResponseExcerpt.Span).Should().Be($"{spoken} ");
    }

    [Fact]
    public void Only_the_versions_of_tls_that_are_safe_are_spoken_and_time_is_the_time_of_the_check()
    {
        using var handler = Webhooks.Http.PrimaryHandler.Create(new WebhooksOptions());

        handler.SslOptions.EnabledSslProtocols.Should().Be(SslProtocols.Tls12 | SslProtocols.Tls13);
        handler.SslOptions.CertificateChainPolicy!.VerificationTimeIgnored.Should().BeTrue();
    }

    [Fact]
    public void The_settings_of_connections_are_those_of_the_handler()
    {
        var options = new WebhooksOptions { Connections = { MaxPerServer = 7, Lifetime = TimeSpan.FromSeconds(77) } };
        using var handler = Webhooks.Http.PrimaryHandler.Create(options);

        handler.MaxConnectionsPerServer.Should().Be(7);
        handler.PooledConnectionLifetime.Should().Be(TimeSpan.FromSeconds(77));
    }

    [Fact]
    public async Task A_primary_handler_that_cannot_use_certificates_gets_no_request()
    {
        await using var host = await TestHost.StartAsync();
        await host.AddEndpointAsync(TestHost.Settings() with { TrustedCertificates = _authority.ExportCertificatePem() });
        await host.PublishAsync();
        await host.DeliveryAsync(delivery => delivery.AttemptCount == 1);

        (await host.AttemptsAsync()).Single().Should().BeEquivalentTo(new { Error = AttemptError.Internal });
        host.Receiver.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task A_change_that_the_host_makes_to_the_primary_handler_holds_for_endpoints_with_certificates_too()
    {
        using var certificate = Certificates.Issue(_authority);
        await using var receiver = await StartAsync(certificate);
        var connections = 0;
        await using var host = await TestHost.StartAsync(
            webhooks => webhooks.ConfigureHttpClient(client => client.UseSocketsHttpHandler((handler, _) =>
                handler.PlaintextStreamFilter = (context, _) =>
                {
                    Interlocked.Increment(ref connections);
                    return ValueTask.FromResult(context.PlaintextStream);
                })),
            network: true);

        (await AttemptAsync(host, Settings(receiver, _authority))).IsSuccess.Should().BeTrue();

        connections.Should().Be(1);
    }

    [Theory]
    [InlineData("nonsense", "pem")]
    [InlineData("", "pem")]
    [InlineData("-----BEGIN PRIVATE KEY-----", "secret")]
    public async Task Trusted_certificates_that_are_none_are_refused(string pem, string rule)
    {
        await using var host = await TestHost.StartAsync();
        var create = () => host.Endpoints.CreateAsync(TestHost.Settings() with { TrustedCertificates = pem });

        (await create.Should().ThrowAsync<WebhookValidationException>()).Which.Errors.Should().ContainSingle()
            .Which.Should().BeEquivalentTo(new { Field = "trustedCertificates", Rule = rule, Value = (string?)null });
    }

    [Fact]
    public async Task Too_many_trusted_certificates_are_refused()
    {
        await using var host = await TestHost.StartAsync();
        var pem = _authority.ExportCertificatePem() + "\n";
        await host.Endpoints.CreateAsync(TestHost.Settings() with { TrustedCertificates = string.Concat(Enumerable.Repeat(pem, 16)) });
        var tooMany = () => host.Endpoints.CreateAsync(
            TestHost.Settings() with { TrustedCertificates = string.Concat(Enumerable.Repeat(pem, 17)) });
        var tooLong = () => host.Endpoints.CreateAsync(TestHost.Settings() with { TrustedCertificates = pem + new string('\n', 65_536) });

        (await tooMany.Should().ThrowAsync<WebhookValidationException>()).WithMessage("*16 certificates*");
        (await tooLong.Should().ThrowAsync<WebhookValidationException>()).WithMessage("*65536*");
    }

    private static void RequireClientCertificate(HttpsConnectionAdapterOptions https)
    {
        https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
        https.AllowAnyClientCertificate();
    }

    private static Task<SocketReceiver> StartAsync(
        X509Certificate2 certificate,
        Action<HttpsConnectionAdapterOptions>? configure = null,
        RequestDelegate? answer = null,
        HttpProtocols protocols = HttpProtocols.Http1AndHttp2) =>
        SocketReceiver.StartAsync(
            answer ?? (context => context.Response.WriteAsync(
                $"{context.Request.Protocol} {context.Connection.ClientCertificate?.Thumbprint}")),
            listen =>
            {
                listen.Protocols = protocols;
                listen.UseHttps(https =>
                {
                    https.ServerCertificate = configure is null ? certificate : null;
                    https.ServerCertificateSelector = (_, _) => certificate;
                    configure?.Invoke(https);
                });
            });

    private static EndpointSettings Settings(SocketReceiver receiver, X509Certificate2? trusted) =>
        TestHost.Settings(receiver.Url.AbsoluteUri) with { TrustedCertificates = trusted?.ExportCertificatePem() };

    private static async Task<DeliveryAttempt> AttemptAsync(SocketReceiver receiver, X509Certificate2? trusted, string? clientPem = null)
    {
        await using var host = await TestHost.StartAsync(network: true);
        return await AttemptAsync(host, Settings(receiver, trusted), clientPem);
    }

    private static async Task<DeliveryAttempt> AttemptAsync(TestHost host, EndpointSettings settings, string? clientPem = null)
    {
        await host.Endpoints.CreateAsync(settings, new() { Credentials = new() { ClientCertificate = clientPem } });
        await host.PublishAsync();
        await host.DeliveryAsync(delivery => delivery.AttemptCount == 1);
        return (await host.AttemptsAsync()).Single();
    }
}
