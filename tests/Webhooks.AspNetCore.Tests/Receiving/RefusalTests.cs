using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Webhooks.AspNetCore.Receiving;
using Webhooks.Signing;

namespace Webhooks.AspNetCore.Tests.Receiving;

public sealed class RefusalTests
{
    private readonly Handler _handler = new();

    public static TheoryData<string, string?, string> Headers => new()
    {
        { "webhook-id", null, "HeaderMissing in header webhook-id" },
        { "webhook-id", "msg_2", "SignatureMismatch in header webhook-signature" },
        { "webhook-timestamp", null, "HeaderMissing in header webhook-timestamp" },
        { "webhook-timestamp", "yesterday", "TimestampInvalid in header webhook-timestamp" },
        { "webhook-timestamp", "1767322744", "TimestampTooOld in header webhook-timestamp" },
        { "webhook-timestamp", "1767323346", "TimestampTooNew in header webhook-timestamp" },
        { "webhook-timestamp", "1767323046", "SignatureMismatch in header webhook-signature" },
        { "webhook-signature", null, "HeaderMissing in header webhook-signature" },
        { "webhook-signature", "v2,AAAA", "SignatureMissing in header webhook-signature" },
        { "webhook-signature", "v1,Zm9yZ2VkLWJ5LXNvbWVib2R5", "SignatureMismatch in header webhook-signature" },
    };

    [Theory]
    [MemberData(nameof(Headers))]
    public async Task The_reason_of_a_refusal_is_in_the_log_and_nowhere_else(string header, string? value, string reason)
    {
        await using var host = await StartAsync();

        using var response = await host.ResponseAsync(new Message().With(header, value));

        await ShouldSayNothingAsync(response);
        host.Log.WithId(600).Should().ContainSingle().Which.Should().Contain(reason).And.Contain("/hook");
        _handler.Received.Should().BeEmpty();
    }

    [Fact]
    public async Task A_header_that_is_there_twice_is_refused()
    {
        await using var host = await StartAsync();
        var request = new Message().ToRequest("/hook");
        var lines = request.Headers.Select(header => $"{header.Key}: {header.Value.Single()}\r\n").ToList();
        var body = new Message().Body;

        var answer = await SendRawAsync(
            host.Address,
            $"POST /hook HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {body.Length}\r\n"
                + string.Concat(lines) + lines.Single(line => line.StartsWith("webhook-id", StringComparison.Ordinal)) + $"\r\n{body}");

        answer.Should().StartWith("HTTP/1.1 401 ");
        host.Log.WithId(600).Should().ContainSingle().Which.Should().Contain("HeaderRepeated in header webhook-id");
    }

    [Fact]
    public async Task Neither_secret_nor_signature_nor_body_is_logged()
    {
        await using var host = await StartAsync();
        var message = new Message { SentBody = "pa55-in-the-body" };
        var signature = message.ToRequest("/hook").Headers.GetValues("webhook-signature").Single();

        await host.SendAsync(message);
        await host.SendAsync(new Message().With("webhook-id", "an-id-that-nobody-has-verified"));
        await host.SendAsync(new Message());

        string[] unspeakable =
            [Message.Secret.Reveal()["whsec_".Length..], signature["v1,".Length..], "an-id-that-nobody-has-verified", "pa55"];
        host.Log.All.Should().NotContain(text => unspeakable.Any(text.Contains));
    }

    [Fact]
    public async Task An_unknown_sender_is_answered_like_a_wrong_signature()
    {
        await using var host = await ReceivingHost.StartAsync((app, clock) => app
            .MapPost("/hooks/{sender}", _handler.Delegate)
            .RequireWebhookSignature(context => ValueTask.FromResult(
                context.Request.RouteValues["sender"] is "acme"
                    ? new WebhookSender("acme", new WebhookVerifier(Message.Secret, timeProvider: clock))
                    : null)));

        using var unknown = await host.ResponseAsync(new Message(), "/hooks/globex");
        using var wrong = await host.ResponseAsync(new Message { Secrets = [WebhookSecret.Generate()] }, "/hooks/acme");

        await ShouldSayNothingAsync(unknown);
        (await unknown.Content.ReadAsStringAsync()).Should().Be(await wrong.Content.ReadAsStringAsync());
        host.Log.WithId(601).Should().ContainSingle().Which.Should().Contain("/hooks/{sender}");
        host.Log.WithId(600).Should().ContainSingle().Which.Should().Contain("'acme'");
        (await host.SendAsync(new Message(), "/hooks/acme")).Should().Be(HttpStatusCode.NoContent);
        _handler.Received.Should().ContainSingle().Which.Sender.Should().Be("acme");
    }

    [Fact]
    public async Task Nothing_of_the_endpoint_runs_before_the_signature_is_verified()
    {
        var filtered = 0;
        await using var host = await ReceivingHost.StartAsync((app, clock) => app
            .MapPost("/hook", (Order order) => order.OrderId)
            .AddEndpointFilter((context, next) =>
            {
                filtered++;
                return next(context);
            })
            .RequireWebhookSignature(new WebhookVerifier(Message.Secret, timeProvider: clock)));

        // Without a signature, the body would be answered 400: it is not JSON.
        (await host.SendAsync(new Message { SentBody = "{" })).Should().Be(HttpStatusCode.Unauthorized);

        filtered.Should().Be(0);
    }

    [Fact]
    public async Task Any_verifier_of_the_hosts_own_decides()
    {
        await using var host = await ReceivingHost.StartAsync((app, _) => app
            .MapPost("/hook", _handler.Delegate)
            .RequireWebhookSignature(new PasswordVerifier()));

        (await host.SendAsync(new Message())).Should().Be(HttpStatusCode.Unauthorized);
        (await host.SendAsync(new Message().With("x-password", "open sesame"))).Should().Be(HttpStatusCode.NoContent);
    }

    private static async Task ShouldSayNothingAsync(HttpResponseMessage response)
    {
        response.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        response.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        problem.RootElement.EnumerateObject().Select(property => property.Name).Should().BeEquivalentTo("type", "title", "status");
        problem.RootElement.GetProperty("title").GetString().Should().Be("Unauthorized");
    }

    private static async Task<string> SendRawAsync(Uri address, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, address.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
    }

    private Task<ReceivingHost> StartAsync() => ReceivingHost.StartAsync((app, clock) => app
        .MapPost("/hook", _handler.Delegate)
        .RequireWebhookSignature(new WebhookVerifier(Message.Secret, timeProvider: clock)));

    private sealed record Order(string OrderId);

    private sealed class PasswordVerifier : IWebhookVerifier
    {
        public WebhookVerification Verify(Func<string, IReadOnlyList<string?>> header, ReadOnlySpan<byte> body) =>
            header("X-Password") is ["open sesame"]
                ? new(WebhookVerificationFailure.None)
                : new(WebhookVerificationFailure.SignatureMismatch, "X-Password");
    }
}
