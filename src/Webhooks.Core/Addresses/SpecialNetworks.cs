using System.Net;

namespace Webhooks.Addresses;

/// <summary>
/// What the addresses are for that belong to nobody on the public internet: the IANA IPv4 and IPv6 special-purpose address
/// registries (RFC 6890), and what is neither unicast nor assigned.
/// </summary>
/// <remarks>
/// Some entries are "globally reachable" in the registries (AS112, AMT, TURN and PCP anycast, ORCHIDv2, drone ids). They are
/// blocked like the others: they are the addresses of infrastructure, or of none, and no receiver lives there.
/// </remarks>
internal static class SpecialNetworks
{
    public static readonly IReadOnlyList<NetworkRule> All =
    [
        Blocked("0.0.0.0/8", "this network (RFC 791, section 3.2)"),
        Blocked("10.0.0.0/8", "private use (RFC 1918)"),
        Blocked("100.64.0.0/10", "shared address space (RFC 6598)"),
        Blocked("127.0.0.0/8", "loopback (RFC 1122, section 3.2.1.3)"),
        Blocked("169.254.0.0/16", "link-local (RFC 3927)"),
        Blocked("172.16.0.0/12", "private use (RFC 1918)"),
        Blocked("192.0.0.0/24", "IETF protocol assignments (RFC 6890, section 2.1)"),
        Blocked("192.0.2.0/24", "documentation (RFC 5737)"),
        Blocked("192.31.196.0/24", "AS112 (RFC 7535)"),
        Blocked("192.52.193.0/24", "AMT (RFC 7450)"),
        Blocked("192.88.99.0/24", "6to4 relays, deprecated (RFC 7526)"),
        Blocked("192.168.0.0/16", "private use (RFC 1918)"),
        Blocked("192.175.48.0/24", "AS112 (RFC 7534)"),
        Blocked("198.18.0.0/15", "benchmarking (RFC 2544)"),
        Blocked("198.51.100.0/24", "documentation (RFC 5737)"),
        Blocked("203.0.113.0/24", "documentation (RFC 5737)"),
        Blocked("224.0.0.0/4", "multicast (RFC 5771)"),
        Blocked("240.0.0.0/4", "reserved (RFC 1112, section 4)"),
        Blocked("255.255.255.255/32", "limited broadcast (RFC 919, section 7)"),

        // All unicast of the public internet is in 2000::/3; the registry's entries elsewhere are named for the message's sake.
        Blocked("::/0", "no unicast of the public internet (RFC 4291, section 2.4)"),
        Allowed("2000::/3", "global unicast (RFC 4291, section 2.4)"),
        Blocked("::/128", "unspecified (RFC 4291, section 2.5.2)"),
        Blocked("::1/128", "loopback (RFC 4291, section 2.5.3)"),
        Blocked("100::/64", "discard-only (RFC 6666)"),
        Blocked("100:0:0:1::/64", "dummy prefix (RFC 9780)"),
        Blocked("2001::/23", "IETF protocol assignments (RFC 2928)"),
        Blocked("2001:1::/32", "anycast of PCP, TURN and service registration (RFC 7723, RFC 8155, RFC 9665)"),
        Blocked("2001:2::/48", "benchmarking (RFC 5180)"),
        Blocked("2001:3::/32", "AMT (RFC 7450)"),
        Blocked("2001:4:112::/48", "AS112 (RFC 7535)"),
        Blocked("2001:10::/28", "ORCHID, deprecated (RFC 4843)"),
        Blocked("2001:20::/28", "ORCHIDv2 (RFC 7343)"),
        Blocked("2001:30::/28", "drone entity tags (RFC 9374)"),
        Blocked("2001:db8::/32", "documentation (RFC 3849)"),
        Blocked("2620:4f:8000::/48", "AS112 (RFC 7534)"),
        Blocked("3fff::/20", "documentation (RFC 9637)"),
        Blocked("5f00::/16", "segment routing (RFC 9602)"),
        Blocked("fc00::/7", "unique local (RFC 4193)"),
        Blocked("fe80::/10", "link-local (RFC 4291, section 2.5.6)"),
        Blocked("fec0::/10", "site-local, deprecated (RFC 3879)"),
        Blocked("ff00::/8", "multicast (RFC 4291, section 2.7)"),

        // Judged by the IPv4 address within: see EmbeddedIPv4.
        Allowed("::/96", "IPv4-compatible (RFC 4291, section 2.5.5.1)"),
        Allowed("::ffff:0:0:0/96", "IPv4-translated (RFC 2765, section 2.1)"),
        Allowed("64:ff9b::/96", "NAT64 (RFC 6052)"),
        Allowed("64:ff9b:1::/48", "local NAT64 (RFC 8215)"),
        Allowed("2001::/32", "Teredo (RFC 4380)"),
        Allowed("2002::/16", "6to4 (RFC 3056)"),
    ];

    private static NetworkRule Blocked(string network, string purpose) =>
        new(IPNetwork.Parse(network), IsAllowed: false, $"{network}, {purpose}");

    private static NetworkRule Allowed(string network, string purpose) =>
        new(IPNetwork.Parse(network), IsAllowed: true, $"{network}, {purpose}");
}
