namespace Webhooks.Addresses;

/// <summary>Finds what is wrong in rules.</summary>
internal static class AddressRulesCheck
{
    private const int MaxPort = 65_535;

    /// <summary>Finds each wrong entry, and says what is wrong.</summary>
    public static IEnumerable<(string Field, string Problem)> FindProblems(AddressRules rules) =>
    [
        .. Check(nameof(rules.AllowedNetworks), rules.AllowedNetworks, IsNetwork, Network),
        .. Check(nameof(rules.DeniedNetworks), rules.DeniedNetworks, IsNetwork, Network),
        .. Check(nameof(rules.AllowedHosts), rules.AllowedHosts, IsHost, Host),
        .. Check(nameof(rules.DeniedHosts), rules.DeniedHosts, IsHost, Host),
        .. Check(nameof(rules.AllowedPorts), rules.AllowedPorts, IsPort, Port),
        .. Check(nameof(rules.DeniedPorts), rules.DeniedPorts, IsPort, Port),
    ];

    private const string Network = "a network such as 10.0.0.0/8 or fd00::/8, written from its first address, or a single address";
    private const string Host = "a host name, '*.' and a name for all names below it, or '*'";
    private const string Port = "a port from 1 to 65535";

    private static bool IsNetwork(string text) => NetworkRule.TryParse(text, out _);

    private static bool IsHost(string text) => HostRule.Parse(text) is not null;

    private static bool IsPort(int port) => port is > 0 and <= MaxPort;

    private static IEnumerable<(string Field, string Problem)> Check<T>(
        string field, IList<T>? entries, Func<T, bool> isRight, string expectation)
    {
        if (entries is null)
        {
            return [(field, "is null. Give an empty list for no rule.")];
        }

        return entries
            .Select((entry, index) => (Entry: entry, Index: index))
            .Where(item => !isRight(item.Entry))
            .Select(item => ($"{field}[{item.Index}]", $"must be {expectation}; it is '{item.Entry}'."));
    }
}
