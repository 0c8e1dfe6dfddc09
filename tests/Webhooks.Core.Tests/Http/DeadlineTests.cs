using System.Net;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;

namespace Webhooks.Core.Tests.Http;

public sealed class DeadlineTests
{
    [Fact]
    public async Task A_receiver_that_never_answers_is_given_up_at_the_deadline()
    {
        await using var host = await TestHost.WithAsync(
            options => options.Dispatcher.AttemptTimeout = TimeSpan.FromSeconds(20));
        host.Receiver.AnswerAfter(new Gate());
        await host.AddEndpointAsync();
        await host.PublishAsync();
        await host.Receiver.ReceivedAsync(1);

        host.Clock.Advance(TimeSpan.FromSeconds(20) - TimeSpan.FromMilliseconds(1));
        host.Receiver.Open.Should().Be(1);
        host.Clock.Advance(TimeSpan.FromMilliseconds(1));

        var delivery = await host.DeliveryAsync(delivery => delivery.AttemptCount == 1);
        delivery.Should().BeEquivalentTo(new
        {
            Status = DeliveryStatus.Pending, LastError = AttemptError.Timeout, LastDuration = TimeSpan.FromSeconds(20),
        });
        (await host.AttemptsAsync()).Single().Should().BeEquivalentTo(new
        {
            Error = AttemptError.Timeout,
            ErrorMessage = "No complete answer within 00:00:20.",
            StatusCode = (int?)null,
            Duration = TimeSpan.FromSeconds(20),
        });
    }

    [Fact]
    public async Task The_slot_of_an_attempt_that_was_given_up_is_free_for_the_next()
    {
        await using var host = await TestHost.WithAsync(
            options => options.Dispatcher.MaxConcurrency = 1);
        var never = new Gate();
        host.Receiver.Answer = async (request, token) =>
        {
            await (request.Number == 1 ? never.PassAsync(token) : Task.CompletedTask);
            return new HttpResponseMessage(HttpStatusCode.OK);
        };
        await host.AddEndpointAsync(TestHost.Settings("https://hanging.test/"));
        await host.PublishAsync();
        await host.Receiver.ReceivedAsync(1);
        await host.PublishAsync();
        host.Receiver.Requests.Should().ContainSingle();

        host.Clock.Advance(TimeSpan.FromSeconds(15));

        await host.WhenDeliveriesAsync(all => all.Count(delivery => delivery.Status == DeliveryStatus.Succeeded) == 1);
    }

    [Fact]
    public async Task The_deadline_covers_a_body_that_trickles_in()
    {
        await using var host = await TestHost.StartAsync();
        using var body = new EndlessStream("partly"u8.ToArray());
        host.Receiver.Answer = (_, _) => Task.FromResult(
            new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(body) });
        await host.AddEndpointAsync();
        await host.PublishAsync();
        await body.Waiting.InTimeAsync();

        host.Clock.Advance(TimeSpan.FromSeconds(15));

        (await host.DeliveryAsync(delivery => delivery.AttemptCount == 1)).LastError.Should().Be(AttemptError.Timeout);
    }

    [Fact]
    public async Task On_a_socket_too_the_deadline_covers_the_body()
    {
        var headersSent = new Gate();
        await using var receiver = await SocketReceiver.StartAsync(async context =>
        {
            await context.Response.StartAsync(context.RequestAborted);
            await context.Response.Body.WriteAsync("a"u8.ToArray(), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            headersSent.Open();
            await new Gate().PassAsync(context.RequestAborted);
        });
        await using var host = await TestHost.StartAsync(network: true);
        await host.AddEndpointAsync(TestHost.Settings(receiver.Url.AbsoluteUri));
        await host.PublishAsync();
        await headersSent.PassAsync().InTimeAsync();

        host.Clock.Advance(TimeSpan.FromSeconds(15));

        (await host.DeliveryAsync(delivery => delivery.AttemptCount == 1)).LastError.Should().Be(AttemptError.Timeout);
    }
}
