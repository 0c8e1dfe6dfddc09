using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Addresses;
using Webhooks.Core.Tests.Addresses;
using Webhooks.Core.Tests.Engine;
using Webhooks.Core.Tests.Hostile;
using Webhooks.Dispatching;

namespace Webhooks.Core.Tests.Credentials;

/// <summary>What an endpoint authenticates with leads past no rule about addresses.</summary>
public sealed class CredentialAddressTests
{
    [Fact]
    public async Task A_token_url_meets_the_rules_when_it_is_given()
    {
        await using var host = await TestHost.StartAsync();
        var create = () => host.Endpoints.CreateAsync(TestHost.Settings(), new()
        {
            Credentials = new() { OAuth = EndpointCredentialsTests.OAuth() with { TokenUrl = "https://169.254.169.254/token" } },
        });

        (await create.Should().ThrowAsync<WebhookValidationException>()).Which.Errors.Should().ContainSingle()
            .Which.Should().BeEquivalentTo(new { Field = "credentials.oauth.tokenUrl", Rule = "address" });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_token_endpoint_meets_the_rules_when_it_is_connected_to(bool hasTenantRules)
    {
        await using var inside = new HostileReceiver(it => it.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
        await using var host = await StartAsync(hasTenantRules);
        await host.Endpoints.CreateAsync(TestHost.Settings("http://receiver.example/"), new()
        {
            Credentials = new()
            {
                OAuth = EndpointCredentialsTests.OAuth() with { TokenUrl = $"http://auth.example:{inside.Url.Port}/" },
            },
        });

        (await AttemptAsync(host)).Should().BeEquivalentTo(new { Error = AttemptError.Credentials });

        (await host.AttemptsAsync()).Single().ErrorMessage.Should().Contain("ForbiddenAddress");
        inside.Accepted.Should().Be(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_endpoint_with_certificates_of_its_own_meets_the_rules(bool hasTenantRules)
    {
        using var client = Certificates.SelfSigned("client");
        await using var inside = new HostileReceiver(it => it.HangAsync());
        await using var host = await StartAsync(hasTenantRules);
        await host.Endpoints.CreateAsync(
            TestHost.Settings($"https://receiver.example:{inside.Url.Port}/"),
            new() { Credentials = new() { ClientCertificate = Certificates.ToPem(client) } });

        (await AttemptAsync(host)).Should().BeEquivalentTo(new { Error = AttemptError.ForbiddenAddress });

        inside.Accepted.Should().Be(0);
    }

    private static Task<TestHost> StartAsync(bool hasTenantRules) => TestHost.StartAsync(
        webhooks => webhooks.Configure(options => options.Addresses.AllowLoopback = false),
        services: services =>
        {
            services.AddSingleton<IHostResolver>(new FakeResolver(_ => [IPAddress.Loopback]));
            if (hasTenantRules)
            {
                services.AddSingleton<ITenantAddressRules>(new NoLoopback());
            }
        },
        network: true);

    private static async Task<DeliveryAttempt> AttemptAsync(TestHost host)
    {
        await host.PublishAsync();
        await host.DeliveryAsync(delivery => delivery.AttemptCount == 1);
        return (await host.AttemptsAsync()).Single();
    }

    private sealed class NoLoopback : ITenantAddressRules
    {
        private readonly AddressRules _rules = new() { DeniedNetworks = ["198.41.0.0/24"] };

        public ValueTask<AddressRules?> FindAsync(string tenantId, CancellationToken cancellationToken) =>
            ValueTask.FromResult<AddressRules?>(_rules);
    }
}
