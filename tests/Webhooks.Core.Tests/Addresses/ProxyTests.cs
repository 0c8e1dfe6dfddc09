using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Addresses;
using Webhooks.Core.Tests.Engine;
using Webhooks.Core.Tests.Hostile;
using Webhooks.Dispatching;

namespace Webhooks.Core.Tests.Addresses;

/// <summary>A proxy of the host's own, which looks names up for itself.</summary>
public sealed class ProxyTests
{
    private const string Public = "198.41.0.4";

    [Fact]
    public async Task Requests_go_through_the_proxy_wherever_it_is()
    {
        await using var proxy = new HostileReceiver(it => it.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));

        var attempt = await AttemptAsync(proxy, "http://receiver.example/", _ => [IPAddress.Parse(Public)]);

        attempt.LastError.Should().Be(AttemptError.None);
        proxy.Accepted.Should().Be(1);
    }

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    public async Task A_name_that_leads_to_a_forbidden_address_from_here_is_not_passed_on(string address)
    {
        await using var proxy = new HostileReceiver(it => it.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));

        var attempt = await AttemptAsync(proxy, "http://receiver.example/", _ => [IPAddress.Parse(Public), IPAddress.Parse(address)]);

        attempt.LastError.Should().Be(AttemptError.ForbiddenAddress);
        proxy.Accepted.Should().Be(0);
    }

    [Fact]
    public async Task A_name_that_only_the_proxy_knows_is_passed_on()
    {
        await using var proxy = new HostileReceiver(it => it.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));

        var attempt = await AttemptAsync(
            proxy, "http://receiver.example/", _ => throw new SocketException((int)SocketError.HostNotFound));

        attempt.LastError.Should().Be(AttemptError.None);
    }

    private static async Task<WebhookDelivery> AttemptAsync(
        HostileReceiver proxy, string url, Func<string, IReadOnlyList<IPAddress>> resolve)
    {
        await using var host = await TestHost.StartAsync(
            webhooks => webhooks.Configure(options =>
            {
                options.Addresses.AllowLoopback = false;
                options.Connections.Proxy = proxy.Url.AbsoluteUri;
            }),
            services: services => services.AddSingleton<IHostResolver>(new FakeResolver(resolve)),
            network: true);
        await host.AddEndpointAsync(TestHost.Settings(url));
        await host.PublishAsync();
        return await host.DeliveryAsync(delivery => delivery.AttemptCount == 1);
    }
}
