using Microsoft.Extensions.DependencyInjection;
using Webhooks.Addresses;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;
using Webhooks.Publishing;

namespace Webhooks.Core.Tests.Addresses;

/// <summary>What one tenant may reach, another may not: not even over a connection that was made for the first.</summary>
public sealed class TenantRulesTests : IDisposable
{
    private static readonly AddressRules Loopback = new() { AllowLoopback = true };

    private readonly Dictionary<string, AddressRules> _rules = [];
    private readonly CountingReceiver _receiver = new("127.0.0.1", keepAlive: true);

    private string Url => $"http://shared.example:{_receiver.Port}/";

    public void Dispose() => _receiver.Dispose();

    [Fact]
    public async Task A_tenant_does_not_ride_on_the_connection_of_one_that_may_go_further()
    {
        _rules["insider"] = Loopback;
        await using var host = await StartAsync();
        await host.AddEndpointAsync(TestHost.Settings(Url), "insider");
        await host.AddEndpointAsync(TestHost.Settings(Url), "stranger");
        await SucceedAsync(host, "insider");

        await BeForbiddenAsync(host, "stranger");
        await SucceedAsync(host, "insider");
        await BeForbiddenAsync(host, "stranger");

        _receiver.Answered.Should().Be(2);
        _receiver.Connections.Should().Be(1, "the insider's connection is used again, by the insider");
    }

    [Fact]
    public async Task A_tenant_that_is_denied_what_others_may_does_not_ride_on_theirs()
    {
        _rules["restricted"] = new AddressRules { DeniedNetworks = ["127.0.0.1"] };
        await using var host = await StartAsync(options => options.Addresses.AllowLoopback = true);
        await host.AddEndpointAsync(TestHost.Settings(Url), "restricted");
        await host.AddEndpointAsync(TestHost.Settings(Url), "other");
        await SucceedAsync(host, "other");

        await BeForbiddenAsync(host, "restricted");

        _receiver.Answered.Should().Be(1);
    }

    [Fact]
    public async Task Tenants_that_may_reach_the_same_share_connections()
    {
        _rules["a"] = Loopback;
        _rules["b"] = new AddressRules { AllowLoopback = true, DeniedHosts = ["elsewhere.example"] };
        await using var host = await StartAsync();
        await host.AddEndpointAsync(TestHost.Settings(Url), "a");
        await host.AddEndpointAsync(TestHost.Settings(Url), "b");

        await SucceedAsync(host, "a");
        await SucceedAsync(host, "b");

        _receiver.Connections.Should().Be(1);
    }

    [Theory]
    [InlineData("host")]
    [InlineData("port")]
    public async Task Names_and_ports_of_a_tenant_are_checked_on_connections_that_exist(string rule)
    {
        var rules = new AddressRules();
        _rules["restricted"] = new AddressRules();
        await using var host = await StartAsync(options => options.Addresses.AllowLoopback = true);
        await host.AddEndpointAsync(TestHost.Settings(Url), "restricted");
        await SucceedAsync(host, "restricted");

        if (rule == "host")
        {
            rules.DeniedHosts.Add("*.example");
        }
        else
        {
            rules.DeniedPorts.Add(_receiver.Port);
        }

        _rules["restricted"] = rules;
        await BeForbiddenAsync(host, "restricted");

        _receiver.Answered.Should().Be(1);
    }

    [Fact]
    public async Task A_tenants_rules_hold_at_registration()
    {
        _rules["insider"] = Loopback;
        _rules["restricted"] = new AddressRules { DeniedHosts = ["*"], AllowedHosts = ["*.partner.example"], AllowedPorts = [443] };
        await using var host = await StartAsync();

        await host.AddEndpointAsync(TestHost.Settings("https://127.0.0.1/"), "insider");
        await host.AddEndpointAsync(TestHost.Settings("https://hooks.partner.example/"), "restricted");

        await ShouldBeRefusedAsync("https://127.0.0.1/", "restricted", "address");
        await ShouldBeRefusedAsync("https://127.0.0.1/", "stranger", "address");
        await ShouldBeRefusedAsync("https://other.example/", "restricted", "host");
        await ShouldBeRefusedAsync("https://hooks.partner.example:8443/", "restricted", "port");

        async Task ShouldBeRefusedAsync(string url, string tenantId, string rule)
        {
            var create = () => host.AddEndpointAsync(TestHost.Settings(url), tenantId);
            (await create.Should().ThrowAsync<WebhookValidationException>()).Which.Errors.Should().ContainSingle()
                .Which.Rule.Should().Be(rule);
        }
    }

    [Fact]
    public async Task A_tenants_wrong_rule_lets_nothing_out_and_is_named()
    {
        await using var host = await StartAsync(options => options.Addresses.AllowLoopback = true);
        await host.AddEndpointAsync(TestHost.Settings(Url), "careless");
        _rules["careless"] = new AddressRules { AllowedNetworks = ["10.0.0.0/8", "10/8"] };

        await PublishAsync(host, "careless");

        var delivery = await LastAsync(host, "careless", AttemptError.Internal);
        (await host.Log.ListAttemptsAsync(new() { TenantId = "careless", DeliveryId = delivery.Id })).Items.Single()
            .ErrorMessage.Should().Contain("'careless'").And.Contain("AllowedNetworks[1]").And.Contain("'10/8'");
        _receiver.Connections.Should().Be(0);
    }

    [Fact]
    public async Task Handlers_of_the_host_see_the_requests_of_every_tenant()
    {
        _rules["insider"] = Loopback;
        var seen = 0;
        await using var host = await StartAsync(configure: webhooks => webhooks.ConfigureHttpClient(client => client
            .AddHttpMessageHandler(() => new Counter(() => Interlocked.Increment(ref seen)))
            .ConfigureHttpClient(settings => settings.DefaultRequestHeaders.Add("X-Region", "eu"))));
        await host.AddEndpointAsync(TestHost.Settings(Url), "insider");

        await SucceedAsync(host, "insider");

        seen.Should().Be(1);
    }

    private static async Task SucceedAsync(TestHost host, string tenantId)
    {
        await PublishAsync(host, tenantId);
        await host.Store.Changed.WhenAsync(async () =>
            (await host.DeliveriesAsync(new() { TenantId = tenantId }))[0].Status == DeliveryStatus.Succeeded);
    }

    private async Task BeForbiddenAsync(TestHost host, string tenantId)
    {
        var answered = _receiver.Answered;
        await PublishAsync(host, tenantId);
        await LastAsync(host, tenantId, AttemptError.ForbiddenAddress);
        _receiver.Answered.Should().Be(answered);
    }

    private static Task<PublishResult> PublishAsync(TestHost host, string tenantId) =>
        host.PublishAsync(new PublishOptions { TenantId = tenantId });

    private static async Task<WebhookDelivery> LastAsync(TestHost host, string tenantId, AttemptError error)
    {
        WebhookDelivery? last = null;
        await host.Store.Changed.WhenAsync(async () =>
        {
            last = (await host.DeliveriesAsync(new() { TenantId = tenantId }))[0];
            return last.LastError == error;
        });
        return last!;
    }

    private Task<TestHost> StartAsync(Action<WebhooksOptions>? options = null, Action<IWebhooksBuilder>? configure = null) =>
        TestHost.StartAsync(
            webhooks =>
            {
                webhooks.Configure(settings => settings.Addresses.AllowLoopback = false);
                webhooks.Configure(options ?? (_ => { }));
                configure?.Invoke(webhooks);
            },
            network: true,
            services: services => services
                .AddSingleton<ITenantAddressRules>(new Rules(_rules))
                .AddSingleton<IHostResolver>(FakeResolver.InTurn(["127.0.0.1"])));

    private sealed class Rules(Dictionary<string, AddressRules> rules) : ITenantAddressRules
    {
        public ValueTask<AddressRules?> FindAsync(string tenantId, CancellationToken cancellationToken) =>
            ValueTask.FromResult(rules.GetValueOrDefault(tenantId));
    }

    private sealed class Counter(Action count) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            count();
            return base.SendAsync(request, cancellationToken);
        }
    }
}
