using System.Net;
using System.Net.Sockets;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;

namespace Webhooks.Core.Tests.Http;

/// <summary>A connection that is refused at once is tried a second time, within the first attempt of a delivery.</summary>
public sealed class QuickRetryTests
{
    [Fact]
    public async Task A_connection_that_is_refused_once_costs_no_attempt()
    {
        await using var host = await TestHost.StartAsync();
        host.Receiver.Answer = (request, _) => request.Number == 1 ? throw Refused() : Ok();
        await host.AddEndpointAsync();
        await host.PublishAsync();

        (await host.DeliveryAsync(DeliveryStatus.Succeeded)).AttemptCount.Should().Be(1);
        host.Receiver.Requests.Should().HaveCount(2);
        host.Receiver.Requests.Select(request => request.Headers["webhook-signature"]).Distinct().Should().ContainSingle();
    }

    [Fact]
    public async Task A_delivery_gets_one_second_try_and_no_more()
    {
        await using var host = await TestHost.StartAsync();
        host.Receiver.Answer = (_, _) => throw Refused();
        await host.AddEndpointAsync();
        await host.PublishAsync();
        var retryAt = (await host.DeliveryAsync(delivery => delivery.AttemptCount == 1)).NextAttemptAt!.Value;
        host.Receiver.Count.Should().Be(2);

        host.Clock.SetUtcNow(retryAt);

        await host.DeliveryAsync(delivery => delivery.AttemptCount == 2);
        host.Receiver.Count.Should().Be(3);
        (await host.AttemptsAsync()).Should().OnlyContain(attempt => attempt.Error == AttemptError.Connection);
    }

    [Fact]
    public async Task A_connection_that_fails_slowly_gets_none()
    {
        await using var host = await TestHost.StartAsync();
        host.Receiver.Answer = (_, _) =>
        {
            host.Clock.Advance(TimeSpan.FromSeconds(1));
            throw Refused();
        };
        await host.AddEndpointAsync();
        await host.PublishAsync();

        await host.DeliveryAsync(delivery => delivery.AttemptCount == 1);
        host.Receiver.Count.Should().Be(1);
    }

    [Fact]
    public async Task A_connection_that_broke_gets_none_because_the_request_may_have_arrived()
    {
        await using var host = await TestHost.StartAsync();
        host.Receiver.Answer = (_, _) => throw new HttpRequestException(HttpRequestError.ResponseEnded);
        await host.AddEndpointAsync();
        await host.PublishAsync();

        await host.DeliveryAsync(delivery => delivery.AttemptCount == 1);
        host.Receiver.Count.Should().Be(1);
    }

    private static Task<HttpResponseMessage> Ok() => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));

    private static HttpRequestException Refused() => new(
        HttpRequestError.ConnectionError, "Connection refused", new SocketException((int)SocketError.ConnectionRefused));
}
