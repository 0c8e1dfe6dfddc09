using Microsoft.Extensions.DependencyInjection;
using Webhooks.Addresses;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;

namespace Webhooks.Core.Tests.Addresses;

/// <summary>
/// A name server that changes its mind. 127.0.0.2 stands for a public address, 127.0.0.1 is the machine itself: the same port
/// is open on both, and counts who really comes.
/// </summary>
public sealed class RebindingTests : IDisposable
{
    private const string Public = "127.0.0.2";
    private const string Loopback = "127.0.0.1";

    private readonly CountingReceiver _public = new(Public);
    private readonly CountingReceiver _loopback;

    public RebindingTests() => _loopback = new CountingReceiver(Loopback, _public.Port);

    public void Dispose()
    {
        _public.Dispose();
        _loopback.Dispose();
    }

    [Fact]
    public async Task A_second_answer_that_is_loopback_gets_no_connection()
    {
        var resolver = FakeResolver.InTurn([Public], [Loopback]);
        await using var host = await StartAsync(resolver);
        await host.PublishAsync();
        await host.DeliveryAsync(DeliveryStatus.Succeeded);
        resolver.Asked.Should().Equal(["rebind.example"], "a name is looked up once for a connection, and its answer connected to");

        await host.PublishAsync();
        await host.WhenDeliveriesAsync(all => all.Any(delivery => delivery.LastError == AttemptError.ForbiddenAddress));

        resolver.Asked.Should().HaveCount(2);
        _public.Connections.Should().Be(1);
        _loopback.Connections.Should().Be(0);
    }

    [Theory]
    [InlineData(Public, Loopback)]
    [InlineData(Loopback, Public)]
    [InlineData(Public, "::ffff:127.0.0.1")]
    [InlineData(Public, "64:ff9b::127.0.0.1")]
    [InlineData(Public, "::1")]
    [InlineData(Public, "0.0.0.0")]
    [InlineData(Public, "169.254.169.254")]
    public async Task One_forbidden_address_in_an_answer_is_enough_to_connect_to_none(params string[] answer)
    {
        await using var host = await StartAsync(FakeResolver.InTurn(answer));

        await host.PublishAsync();

        await host.DeliveryAsync(delivery => delivery.LastError == AttemptError.ForbiddenAddress);
        _public.Connections.Should().Be(0);
        _loopback.Connections.Should().Be(0);
    }

    [Fact]
    public async Task What_was_refused_is_in_the_log_by_its_rule_and_tried_again()
    {
        var resolver = FakeResolver.InTurn([Loopback], [Public]);
        await using var host = await StartAsync(resolver);
        await host.PublishAsync();
        var delivery = await host.DeliveryAsync(delivery => delivery.AttemptCount == 1);

        var attempt = (await host.AttemptsAsync()).Single();
        attempt.Should().BeEquivalentTo(new { Error = AttemptError.ForbiddenAddress, StatusCode = (int?)null });
        attempt.ErrorMessage.Should().Be(
            "Nothing was sent: host 'rebind.example' has an address in a network that is not allowed "
            + "(127.0.0.0/8, loopback (RFC 1122, section 3.2.1.3)).");
        host.Logs.WithId(407).Should().ContainSingle().Which.Message.Should()
            .Contain("rebind.example").And.Contain("127.0.0.1", "the operator may know what the endpoint's owner may not");

        // The name may lead elsewhere by then.
        host.Clock.SetUtcNow(delivery.NextAttemptAt!.Value);
        await host.DeliveryAsync(DeliveryStatus.Succeeded);
        _public.Connections.Should().Be(1);
        _loopback.Connections.Should().Be(0);
    }

    [Fact]
    public async Task Addresses_are_tried_in_their_order_until_one_answers()
    {
        // Nobody listens on the first two.
        await using var host = await StartAsync(FakeResolver.InTurn(["127.0.0.3", "127.0.0.4", Public]));

        await host.PublishAsync();

        await host.DeliveryAsync(DeliveryStatus.Succeeded);
        _public.Connections.Should().Be(1);
    }

    [Fact]
    public async Task When_no_address_answers_the_attempt_failed_to_connect()
    {
        await using var host = await StartAsync(FakeResolver.InTurn(["127.0.0.3", "127.0.0.4"]));

        await host.PublishAsync();

        (await host.DeliveryAsync(delivery => delivery.AttemptCount == 1)).LastError.Should().Be(AttemptError.Connection);
    }

    [Fact]
    public async Task A_name_without_an_address_is_a_failed_look_up()
    {
        await using var host = await StartAsync(FakeResolver.InTurn([[]]));

        await host.PublishAsync();

        (await host.DeliveryAsync(delivery => delivery.AttemptCount == 1)).LastError.Should().Be(AttemptError.NameResolution);
    }

    [Fact]
    public async Task IPv6_is_connected_to_like_IPv4()
    {
        using var receiver = new CountingReceiver("::1");
        await using var host = await StartAsync(FakeResolver.InTurn(["::1"]), port: receiver.Port, allowed: "::1");

        await host.PublishAsync();

        await host.DeliveryAsync(DeliveryStatus.Succeeded);
        receiver.Connections.Should().Be(1);
    }

    [Fact]
    public async Task A_handler_that_the_host_puts_in_place_of_ours_connects_by_the_rules_too()
    {
        await using var host = await StartAsync(
            FakeResolver.InTurn([Loopback]),
            configure: client => client.ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler()));

        await host.PublishAsync();

        await host.DeliveryAsync(delivery => delivery.LastError == AttemptError.ForbiddenAddress);
        _loopback.Connections.Should().Be(0);
    }

    [Fact]
    public async Task A_handler_whose_connections_cannot_be_checked_is_not_used()
    {
        await using var host = await StartAsync(
            FakeResolver.InTurn([Loopback]),
            configure: client => client.ConfigurePrimaryHttpMessageHandler(() => new HttpClientHandler()));

        await host.PublishAsync();

        await host.DeliveryAsync(delivery => delivery.LastError == AttemptError.Internal);
        (await host.AttemptsAsync()).Single().ErrorMessage.Should().Contain("HttpClientHandler").And.Contain("SocketsHttpHandler");
        _loopback.Connections.Should().Be(0);
    }

    private async Task<TestHost> StartAsync(
        FakeResolver resolver, int? port = null, string allowed = "127.0.0.2/31", Action<IHttpClientBuilder>? configure = null)
    {
        var host = await TestHost.StartAsync(
            webhooks => webhooks
                .Configure(options =>
                {
                    options.Addresses.AllowLoopback = false;
                    options.Addresses.AllowedNetworks = [allowed, "127.0.0.4"];
                })
                .ConfigureHttpClient(configure ?? (_ => { })),
            network: true,
            services: services => services.AddSingleton<IHostResolver>(resolver));
        await host.AddEndpointAsync(TestHost.Settings($"http://rebind.example:{port ?? _public.Port}/"));
        return host;
    }
}
