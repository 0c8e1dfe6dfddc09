using System.Collections.Frozen;
using System.Net;
using System.Net.Sockets;

namespace Webhooks.Addresses;

/// <summary>Rules, read and in the order in which they decide: what may be reached.</summary>
internal sealed class AddressPolicy
{
    /// <summary>RFC 1035, section 2.3.4, less what the root and the first length take.</summary>
    private const int MaxNameLength = 253;

    private readonly NetworkRule[] _networks;
    private readonly HostRule[] _hosts;
    private readonly FrozenSet<int> _allowedPorts;
    private readonly FrozenSet<int> _deniedPorts;

    /// <summary>Reads rules.</summary>
    /// <param name="rules">The rules of the application, and of a tenant in addition; they have been checked.</param>
    public AddressPolicy(params ReadOnlySpan<AddressRules> rules)
    {
        var denied = new AddressRuleSet();
        var allowed = new AddressRuleSet();
        foreach (var given in rules)
        {
            denied.AddDenied(given);
            allowed.AddAllowed(given);
        }

        // Both sorts are stable: of two rules that are equally exact, the earlier decides.
        _networks =
        [
            .. denied.Networks
                .Concat(allowed.Networks)
                .Concat(MetadataServices.Addresses)
                .Concat(SpecialNetworks.All)
                .OrderByDescending(rule => rule.Network.PrefixLength),
        ];
        _hosts =
        [
            .. denied.Hosts
                .Concat(allowed.Hosts)
                .Concat(MetadataServices.Names)
                .OrderByDescending(rule => rule.Specificity),
        ];
        _allowedPorts = allowed.Ports.ToFrozenSet();
        _deniedPorts = denied.Ports.ToFrozenSet();
        NetworkKey = string.Join(
            ' ',
            denied.Networks.Concat(allowed.Networks)
                .Select(rule => $"{(rule.IsAllowed ? '+' : '-')}{rule.Network}")
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal));
    }

    /// <summary>The same for all policies that allow the same addresses, so that they can share connections.</summary>
    public string NetworkKey { get; }

    /// <summary>Checks what a URL says by itself: its port, its host name, or the address that it names literally.</summary>
    public AddressRefusal? Check(Uri url) => Check(HostName.ToAscii(url), url.Port);

    /// <summary>Checks a port and a host; null for one that has no form in ASCII.</summary>
    public AddressRefusal? Check(string? host, int port)
    {
        if (port == 0 || _deniedPorts.Contains(port) || (_allowedPorts.Count > 0 && !_allowedPorts.Contains(port)))
        {
            return new AddressRefusal(AddressRefusal.Port, $"port {port} is not allowed");
        }

        if (host is not { Length: > 0 and <= MaxNameLength })
        {
            return new AddressRefusal(AddressRefusal.Host, "the host is not a name that can be looked up");
        }

        return HostName.ToAddress(host) is { } address ? Check(address) : CheckName(host);
    }

    /// <summary>Checks a literal address.</summary>
    public AddressRefusal? Check(IPAddress address) => FindBlock(address) is { } block
        ? new AddressRefusal(AddressRefusal.Address, $"{address} is in a network that is not allowed ({block.Reason})")
        : null;

    /// <summary>Finds the rule that forbids an address; null when it may be reached.</summary>
    public NetworkRule? FindBlock(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            foreach (var embedded in EmbeddedIPv4.In(address))
            {
                if (FindBlock(embedded) is { } block)
                {
                    return block;
                }
            }
        }

        foreach (var rule in _networks)
        {
            if (rule.Network.Contains(address))
            {
                return rule.IsAllowed ? null : rule;
            }
        }

        // No rule holds all of IPv4: what is in no special network is an address of the public internet.
        return null;
    }

    private AddressRefusal? CheckName(string name)
    {
        if (HostName.EndsInNumber(name))
        {
            return new AddressRefusal(AddressRefusal.Host, $"host '{name}' ends in a number but is not an address");
        }

        if (Array.Find(_hosts, rule => rule.Matches(name)) is { IsAllowed: false } denial)
        {
            return new AddressRefusal(AddressRefusal.Host, $"host '{name}' is not allowed ({denial.Reason})");
        }

        return HostName.IsLocalhost(name)
            && FindBlock(IPAddress.Loopback) is { } block
            && FindBlock(IPAddress.IPv6Loopback) is not null
            ? new AddressRefusal(AddressRefusal.Address, $"host '{name}' is in a network that is not allowed ({block.Reason})")
            : null;
    }
}
