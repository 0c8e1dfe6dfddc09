using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;
using Webhooks.Signing;

namespace Webhooks.Core.Tests.Http;

/// <summary>What a log says about attempts that fail on the real network.</summary>
public sealed class AttemptErrorTests
{
    [Fact]
    public async Task A_host_name_without_an_address_is_an_error_of_name_resolution()
    {
        // A label of more than 63 characters has no address anywhere, and no name server needs to be asked.
        var attempt = await AttemptAsync(new Uri($"http://{new string('a', 64)}.invalid/"));

        attempt.Should().BeEquivalentTo(new { Error = AttemptError.NameResolution, StatusCode = (int?)null });
        attempt.ErrorMessage.Should().NotBeNullOrEmpty();
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_an_error_of_connection()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var url = new Uri($"http://{listener.LocalEndpoint}/");
        listener.Stop();

        var attempt = await AttemptAsync(url);

        attempt.Error.Should().Be(AttemptError.Connection);
        attempt.ErrorMessage.Should().Contain("refused");
    }

    [Fact]
    public async Task A_connection_that_is_closed_without_an_answer_is_an_error_of_connection()
    {
        await using var receiver = new RawReceiver("");

        (await AttemptAsync(receiver.Url)).Error.Should().Be(AttemptError.Connection);
    }

    [Fact]
    public async Task A_body_that_breaks_off_is_an_error_of_connection()
    {
        await using var receiver = new RawReceiver("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this");

        (await AttemptAsync(receiver.Url)).Error.Should().Be(AttemptError.Connection);
    }

    [Theory]
    [InlineData("220 mail.example.com ESMTP\r\n")]
    [InlineData("HTTP/1.1 nonsense\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nno header\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnot a length\r\n")]
    public async Task What_is_not_http_is_an_invalid_response(string answer)
    {
        await using var receiver = new RawReceiver(answer);

        (await AttemptAsync(receiver.Url)).Error.Should().Be(AttemptError.InvalidResponse);
    }

    [Fact]
    public async Task Headers_without_end_are_an_invalid_response()
    {
        await using var receiver = new RawReceiver($"HTTP/1.1 200 OK\r\nX-Long: {new string('x', 100_000)}\r\n\r\n");

        (await AttemptAsync(receiver.Url)).Error.Should().Be(AttemptError.InvalidResponse);
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_an_error_of_tls()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        await using var receiver = await SocketReceiver.StartAsync(
            _ => Task.CompletedTask, listen => listen.UseHttps(certificate));

        (await AttemptAsync(receiver.Url)).Error.Should().Be(AttemptError.Tls);
    }

    [Fact]
    public async Task A_server_without_tls_is_an_error_of_tls()
    {
        await using var receiver = new RawReceiver("HTTP/1.1 400 Bad Request\r\n\r\n");

        (await AttemptAsync(new UriBuilder(receiver.Url) { Scheme = "https" }.Uri)).Error.Should().Be(AttemptError.Tls);
    }

    [Fact]
    public async Task A_redirect_is_not_followed_and_is_a_failure()
    {
        var paths = new List<string>();
        await using var receiver = await SocketReceiver.StartAsync(context =>
        {
            paths.Add(context.Request.Path);
            context.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        });

        var attempt = await AttemptAsync(receiver.Url);

        attempt.Should().BeEquivalentTo(new { StatusCode = 302, Error = AttemptError.Status, IsSuccess = false });
        paths.Should().Equal("/");
    }

    [Fact]
    public async Task A_signer_that_throws_is_an_error_of_ours_and_is_tried_again()
    {
        await using var host = await TestHost.StartAsync(
            services: services => services.AddSingleton<IWebhookSigner, ThrowingSigner>());
        await host.AddEndpointAsync();
        await host.PublishAsync();

        var delivery = await host.DeliveryAsync(delivery => delivery.AttemptCount == 1);

        delivery.Status.Should().Be(DeliveryStatus.Pending);
        (await host.AttemptsAsync()).Single().Should().BeEquivalentTo(new
        {
            Error = AttemptError.Internal, ErrorMessage = "InvalidOperationException: The key store is closed.",
        });
        host.Receiver.Requests.Should().BeEmpty();
    }

    [Theory]
    [InlineData(SocketError.TryAgain)]
    [InlineData(SocketError.NoData)]
    public async Task A_name_server_without_an_answer_is_an_error_of_name_resolution(SocketError error) =>
        (await AttemptAsync(new HttpRequestException(
            HttpRequestError.ConnectionError, "No answer.", new SocketException((int)error)))).Should().Be(AttemptError.NameResolution);

    [Fact]
    public async Task A_shorter_timeout_of_the_hosts_own_is_a_timeout_too() =>
        (await AttemptAsync(new TaskCanceledException("Too slow.", new TimeoutException("2 s to connect."))))
            .Should().Be(AttemptError.Timeout);

    private static async Task<AttemptError> AttemptAsync(Exception exception)
    {
        await using var host = await TestHost.StartAsync();
        host.Receiver.Answer = (_, _) => Task.FromException<HttpResponseMessage>(exception);
        await host.AddEndpointAsync();
        await host.PublishAsync();
        await host.DeliveryAsync(delivery => delivery.AttemptCount == 1);
        return (await host.AttemptsAsync()).Single().Error;
    }

    private static async Task<DeliveryAttempt> AttemptAsync(Uri url)
    {
        await using var host = await TestHost.StartAsync(network: true);
        await host.AddEndpointAsync(TestHost.Settings(url.AbsoluteUri));
        await host.PublishAsync();
        var delivery = await host.DeliveryAsync(delivery => delivery.AttemptCount == 1);
        delivery.Status.Should().Be(DeliveryStatus.Pending);
        return (await host.AttemptsAsync()).Single();
    }

    private sealed class ThrowingSigner : IWebhookSigner
    {
        public string Name => SigningSchemeNames.StandardWebhooks;

        public WebhookSecret GenerateSecret() => WebhookSecret.Generate();

        public bool CanSignWith(WebhookSecret secret) => true;

        public IReadOnlyList<string> HeaderNames => [];

        public void Sign(SigningContext attempt, HttpHeaders headers) =>
            throw new InvalidOperationException("The key store is closed.");
    }
}
