using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.AspNetCore.Receiving;
using Webhooks.Signing;

namespace Webhooks.AspNetCore.Tests.Receiving;

public sealed class BodyLimitTests
{
    private readonly Handler _handler = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_of_the_limit_is_read_and_a_byte_more_is_not(bool isChunked)
    {
        await using var host = await StartAsync(options => options.MaxBodyBytes = 40_000);

        (await host.SendAsync(new() { Id = "msg_1", Body = new string('x', 40_000), IsChunked = isChunked }))
            .Should().Be(HttpStatusCode.NoContent);
        using var refused = await host.ResponseAsync(new() { Id = "msg_2", Body = new string('x', 40_001), IsChunked = isChunked });

        refused.StatusCode.Should().Be(HttpStatusCode.RequestEntityTooLarge);
        refused.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        _handler.Received.Should().ContainSingle().Which.Body.Length.Should().Be(40_000);
        host.Log.WithId(602).Should().ContainSingle().Which.Should().Contain("40000");
    }

    [Fact]
    public async Task The_limit_is_one_mebibyte_when_nothing_else_is_said()
    {
        await using var host = await StartAsync();

        (await host.SendAsync(new() { Body = new string('x', 1024 * 1024) })).Should().Be(HttpStatusCode.NoContent);
        (await host.SendAsync(new() { Body = new string('x', (1024 * 1024) + 1) })).Should().Be(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task An_empty_body_can_be_signed()
    {
        await using var host = await StartAsync();

        (await host.SendAsync(new() { Body = "" })).Should().Be(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task What_the_server_refuses_is_answered_as_it_says()
    {
        await using var host = await StartAsync(configure: builder => builder.Services.Configure<KestrelServerOptions>(
            kestrel => kestrel.Limits.MaxRequestBodySize = 1_000));

        (await host.SendAsync(new() { Body = new string('x', 1_001) })).Should().Be(HttpStatusCode.RequestEntityTooLarge);

        host.Log.WithId(603).Should().ContainSingle();
        _handler.Received.Should().BeEmpty();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_limit_below_one_byte_is_refused(int limit) =>
        FluentActions.Invoking(() => new WebhookReceiverOptions { MaxBodyBytes = limit }).Should().Throw<ArgumentOutOfRangeException>();

    private Task<ReceivingHost> StartAsync(
        Action<WebhookReceiverOptions>? options = null, Action<WebApplicationBuilder>? configure = null) =>
        ReceivingHost.StartAsync(
            (app, clock) => app
                .MapPost("/hook", _handler.Delegate)
                .RequireWebhookSignature(new WebhookVerifier(Message.Secret, timeProvider: clock), options),
            configure);
}
