using System.Net;

namespace Webhooks.Addresses;

/// <summary>The permissions, or the denials, of all rules that hold together.</summary>
internal sealed class AddressRuleSet
{
    private static readonly IPNetwork[] Loopback = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")];

    public List<NetworkRule> Networks { get; } = [];

    public List<HostRule> Hosts { get; } = [];

    public List<int> Ports { get; } = [];

    public void AddAllowed(AddressRules rules)
    {
        if (rules.AllowLoopback)
        {
            Networks.AddRange(Loopback.Select(network => new NetworkRule(network, IsAllowed: true, nameof(rules.AllowLoopback))));
        }

        Add(rules.AllowedNetworks, rules.AllowedHosts, rules.AllowedPorts, isAllowed: true);
    }

    public void AddDenied(AddressRules rules) => Add(rules.DeniedNetworks, rules.DeniedHosts, rules.DeniedPorts, isAllowed: false);

    private void Add(IEnumerable<string> networks, IEnumerable<string> hosts, IEnumerable<int> ports, bool isAllowed)
    {
        foreach (var text in networks)
        {
            if (NetworkRule.TryParse(text, out var network))
            {
                Networks.Add(new NetworkRule(network, isAllowed, $"{text}, by the rules of this application"));
            }
        }

        foreach (var text in hosts)
        {
            if (HostRule.Parse(text) is { } pattern)
            {
                Hosts.Add(new HostRule(pattern, isAllowed, "by the rules of this application"));
            }
        }

        Ports.AddRange(ports);
    }
}
