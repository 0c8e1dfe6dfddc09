using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Webhooks.Signing;

namespace Webhooks.AspNetCore.Tests.Receiving;

public sealed class SchemeTests
{
    public static TheoryData<string, SigningScheme> Schemes => new()
    {
        { "v1", SigningScheme.StandardWebhooks },
        { "svix", SigningScheme.Svix },
        { "stripe", SigningScheme.Stripe },
        { "github", SigningScheme.GitHub },
        { "slack", SigningScheme.Slack },
        { "shopify", SigningScheme.Shopify },
        { "custom", SigningScheme.GitHub with { SignatureHeader = "X-Webhook-Signature-256" } },
        { "sha512", SigningScheme.StandardWebhooks with { Hash = SignatureHash.Sha512, Encoding = SignatureEncoding.Hex } },
    };

    [Theory]
    [MemberData(nameof(Schemes))]
    public async Task What_the_library_signs_reaches_the_handler_as_it_was_sent(string name, SigningScheme scheme)
    {
        var handler = new Handler();
        await using var host = await StartAsync(scheme, handler, Message.Secret);
        var message = new Message { Scheme = scheme };

        (await host.SendAsync(message)).Should().Be(HttpStatusCode.NoContent, name);

        var received = handler.Received.Should().ContainSingle().Which;
        Encoding.UTF8.GetString(received.Body.Span).Should().Be(message.Body);
        received.Id.Should().Be(scheme.IdHeader is null ? null : "msg_1");
        received.SentAt.Should().Be(
            scheme is { TimestampHeader: null, TimestampPrefix: null } ? null : Message.SentAt);
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public async Task What_is_not_what_was_signed_is_refused_and_not_handled(string name, SigningScheme scheme)
    {
        var handler = new Handler();
        await using var host = await StartAsync(scheme, handler, Message.Secret);

        Message[] forged =
        [
            new() { Scheme = scheme, SentBody = new Message().Body.Replace("12.50", "99.50", StringComparison.Ordinal) },
            new() { Scheme = scheme, SentBody = new Message().Body[..^1] },
            new() { Scheme = scheme, Secrets = [WebhookSecret.Generate()] },
            new Message { Scheme = scheme }.With(scheme.SignatureHeader, null),
            new Message { Scheme = scheme }.With(scheme.SignatureHeader, "nonsense"),
        ];

        foreach (var message in forged)
        {
            (await host.SendAsync(message)).Should().Be(HttpStatusCode.Unauthorized, name);
        }

        handler.Received.Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public async Task While_a_secret_is_rotated_either_is_accepted(string name, SigningScheme scheme)
    {
        var handler = new Handler();
        var next = WebhookSecret.Generate();
        await using var host = await StartAsync(scheme, handler, next, Message.Secret);

        (await host.SendAsync(new() { Scheme = scheme, Id = "msg_1" })).Should().Be(HttpStatusCode.NoContent, name);
        (await host.SendAsync(new() { Scheme = scheme, Id = "msg_2", Secrets = [next] })).Should().Be(HttpStatusCode.NoContent, name);
        (await host.SendAsync(new() { Scheme = scheme, Id = "msg_3", Secrets = [next, Message.Secret] }))
            .Should().Be(HttpStatusCode.NoContent, name);
        (await host.SendAsync(new() { Scheme = scheme, Id = "msg_4", Secrets = [WebhookSecret.Generate()] }))
            .Should().Be(HttpStatusCode.Unauthorized, name);
    }

    private static Task<ReceivingHost> StartAsync(SigningScheme scheme, Handler handler, params WebhookSecret[] secrets) =>
        ReceivingHost.StartAsync((app, clock) => app
            .MapPost("/hook", handler.Delegate)
            .RequireWebhookSignature(new WebhookVerifier(scheme, secrets, timeProvider: clock)));
}
