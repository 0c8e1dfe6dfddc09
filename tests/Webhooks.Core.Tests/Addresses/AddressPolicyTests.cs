using System.Net;
using Webhooks.Addresses;

namespace Webhooks.Core.Tests.Addresses;

/// <summary>Which rule decides.</summary>
public sealed class AddressPolicyTests
{
    [Theory]
    [InlineData("10.20.1.1", true)]
    [InlineData("10.20.30.1", false)]
    [InlineData("10.20.30.40", true)]
    [InlineData("10.21.0.0", false)]
    [InlineData("8.8.4.4", false)]
    [InlineData("8.8.8.8", true)]
    public void The_smallest_network_decides(string address, bool isAllowed) => IsAllowed(address, new AddressRules
    {
        AllowedNetworks = ["10.20.0.0/16", "10.20.30.40"], DeniedNetworks = ["10.20.30.0/24", "8.8.4.0/24"],
    }).Should().Be(isAllowed);

    [Fact]
    public void A_network_that_is_both_allowed_and_denied_is_denied() =>
        IsAllowed("10.0.0.1", new AddressRules { AllowedNetworks = ["10.0.0.0/8"], DeniedNetworks = ["10.0.0.0/8"] }).Should().BeFalse();

    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("fd00::1")]
    [InlineData("255.255.255.255")]
    public void Everything_allowed_opens_nothing_that_is_not_public(string address) =>
        IsAllowed(address, new AddressRules { AllowedNetworks = ["0.0.0.0/0", "::/0"] }).Should().BeFalse();

    [Fact]
    public void Everything_denied_leaves_what_is_allowed()
    {
        var rules = new AddressRules { DeniedNetworks = ["0.0.0.0/0", "::/0"], AllowedNetworks = ["8.8.8.0/24", "2606:4700::/32"] };

        IsAllowed("8.8.8.8", rules).Should().BeTrue();
        IsAllowed("8.8.4.4", rules).Should().BeFalse();
        IsAllowed("2606:4700::1", rules).Should().BeTrue();
        IsAllowed("2620:fe::fe", new AddressRules { DeniedNetworks = ["2000::/3"] }).Should().BeFalse();
    }

    [Fact]
    public void A_network_of_mapped_addresses_is_one_of_IPv4() =>
        IsAllowed("9.9.9.9", new AddressRules { DeniedNetworks = ["::ffff:9.9.9.0/120"] }).Should().BeFalse();

    [Fact]
    public void A_metadata_address_is_opened_by_naming_it_and_by_nothing_else()
    {
        foreach (var rule in MetadataServices.Addresses)
        {
            var address = rule.Network.BaseAddress.ToString();
            IsAllowed(address, new AddressRules
            {
                AllowedNetworks = [.. SpecialNetworks.All.Select(network => network.Network.ToString()), Around(address)],
                AllowLoopback = true,
            }).Should().BeFalse(address);
            IsAllowed(address, new AddressRules { AllowedNetworks = [address] }).Should().BeTrue(address);
            IsAllowed(address, new AddressRules { AllowedNetworks = [rule.Network.ToString()] }).Should().BeTrue(address);
        }
    }

    [Fact]
    public void Loopback_is_one_setting()
    {
        var rules = new AddressRules { AllowLoopback = true };

        foreach (var url in new[] { "https://127.0.0.1/", "https://127.9.9.9/", "https://[::1]/", "https://localhost/", "https://a.localhost/" })
        {
            new AddressPolicy(rules).Check(new Uri(url)).Should().BeNull(url);
        }

        foreach (var address in new[] { "0.0.0.0", "10.0.0.1", "169.254.169.254", "::", "::2", "fe80::1" })
        {
            IsAllowed(address, rules).Should().BeFalse(address);
        }
    }

    [Theory]
    [InlineData("https://partner.example/", true)]
    [InlineData("https://PARTNER.example./", true)]
    [InlineData("https://a.partner.example/", true)]
    [InlineData("https://a.b.partner.example/", true)]
    [InlineData("https://bad.partner.example/", false)]
    [InlineData("https://a.bad.partner.example/", true)]
    [InlineData("https://notpartner.example/", false)]
    [InlineData("https://partner.example.evil/", false)]
    [InlineData("https://bücher.example/", true)]
    [InlineData("https://xn--bcher-kva.example/", true)]
    [InlineData("https://other.example/", false)]
    [InlineData("https://8.8.8.8/", true)]
    public void The_most_exact_name_decides_and_addresses_are_no_names(string url, bool isAllowed)
    {
        var policy = new AddressPolicy(new AddressRules
        {
            DeniedHosts = ["*", "bad.partner.example"],
            AllowedHosts = ["partner.example", "*.Partner.example", "bücher.example"],
        });

        (policy.Check(new Uri(url)) is null).Should().Be(isAllowed);
    }

    [Fact]
    public void A_name_that_is_both_allowed_and_denied_is_denied() =>
        new AddressPolicy(new AddressRules { AllowedHosts = ["a.example"], DeniedHosts = ["a.example"] })
            .Check(new Uri("https://a.example/")).Should().NotBeNull();

    [Fact]
    public void The_name_of_a_metadata_service_is_opened_by_naming_it()
    {
        var url = new Uri("https://metadata.google.internal/");

        new AddressPolicy(new AddressRules { AllowedHosts = ["*", "*.google.internal"] }).Check(url).Should().NotBeNull();
        new AddressPolicy(new AddressRules { AllowedHosts = ["metadata.google.internal"] }).Check(url).Should().BeNull();
    }

    [Fact]
    public async Task An_allowed_name_opens_no_address()
    {
        var policy = new AddressPolicy(new AddressRules { AllowedHosts = ["internal.example"] });
        var lookup = new HostLookup(FakeResolver.InTurn(["10.0.0.1"]));

        var find = () => lookup.FindAsync(policy, "internal.example", 443, CancellationToken.None).AsTask();

        (await find.Should().ThrowAsync<ForbiddenAddressException>()).Which.Address.Should().Be(IPAddress.Parse("10.0.0.1"));
    }

    [Theory]
    [InlineData(443, true)]
    [InlineData(8443, false)]
    [InlineData(80, false)]
    public void Where_ports_are_allowed_no_other_is_and_denied_ones_are_not(int port, bool isAllowed) =>
        (new AddressPolicy(new AddressRules { AllowedPorts = [443, 8443], DeniedPorts = [8443] })
            .Check(new Uri($"https://8.8.8.8:{port}/")) is null).Should().Be(isAllowed);

    [Fact]
    public void Rules_of_application_and_tenant_hold_together()
    {
        var application = new AddressRules
        {
            AllowedNetworks = ["10.0.0.0/8"], DeniedNetworks = ["10.1.0.0/16"], DeniedHosts = ["*.example"], AllowedPorts = [443],
        };
        var tenant = new AddressRules
        {
            AllowedNetworks = ["10.1.2.3"], DeniedNetworks = ["10.9.0.0/16"], AllowedHosts = ["a.example"], AllowedPorts = [8443],
        };
        var policy = new AddressPolicy(application, tenant);

        foreach (var url in new[] { "https://10.1.2.3/", "https://10.2.0.1/", "https://a.example:8443/" })
        {
            policy.Check(new Uri(url)).Should().BeNull(url);
        }

        foreach (var url in new[] { "https://10.1.2.4/", "https://10.9.0.1/", "https://b.example/", "https://a.example:80/" })
        {
            policy.Check(new Uri(url)).Should().NotBeNull(url);
        }
    }

    private static bool IsAllowed(string address, AddressRules rules) =>
        new AddressPolicy(rules).FindBlock(IPAddress.Parse(address)) is null;

    /// <summary>The smallest network around an address that is more than it.</summary>
    private static string Around(string address)
    {
        var parsed = IPAddress.Parse(address);
        var bytes = parsed.GetAddressBytes();
        bytes[^1] &= 0xFE;
        return $"{new IPAddress(bytes)}/{(bytes.Length * 8) - 1}";
    }
}
