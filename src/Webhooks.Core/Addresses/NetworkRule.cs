using System.Net;
using System.Net.Sockets;

namespace Webhooks.Addresses;

/// <summary>Whether the addresses of a network may be reached, and why.</summary>
/// <param name="Network">The network.</param>
/// <param name="IsAllowed">Whether its addresses may be reached.</param>
/// <param name="Reason">What network this is, or which setting says so.</param>
internal sealed record NetworkRule(IPNetwork Network, bool IsAllowed, string Reason)
{
    private const int MappedPrefixLength = 96;

    /// <summary>Reads a network in CIDR notation, or a single address; returns false for anything that could mean another one.</summary>
    public static bool TryParse(string? text, out IPNetwork network)
    {
        network = default;
        var parts = (text ?? "").Split('/');
        if (!IPAddress.TryParse(parts[0], out var address)
            || (address.AddressFamily == AddressFamily.InterNetwork
                ? !string.Equals(address.ToString(), parts[0], StringComparison.Ordinal)
                : address.ScopeId != 0 || parts[0].Contains('%', StringComparison.Ordinal)))
        {
            // An IPv4 address in fewer than four decimal parts: '10/8' would be 0.0.0.10/8.
            return false;
        }

        network = new IPNetwork(address, address.GetAddressBytes().Length * 8);
        if (parts.Length > 1 && (parts.Length > 2 || !IPNetwork.TryParse(text, out network) || !network.BaseAddress.Equals(address)))
        {
            // An address within a network, not the network's first: 10.0.0.1/8 may be meant as 10.0.0.1/32.
            return false;
        }

        if (network.BaseAddress.IsIPv4MappedToIPv6 && network.PrefixLength >= MappedPrefixLength)
        {
            network = new IPNetwork(network.BaseAddress.MapToIPv4(), network.PrefixLength - MappedPrefixLength);
        }

        return true;
    }
}
