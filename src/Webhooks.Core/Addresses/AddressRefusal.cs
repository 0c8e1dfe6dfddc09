namespace Webhooks.Addresses;

/// <summary>Why something may not be reached.</summary>
/// <param name="Rule">The kind of rule, for programs: <c>address</c>, <c>host</c> or <c>port</c>.</param>
/// <param name="Reason">What is refused and by which rule, as a clause.</param>
internal sealed record AddressRefusal(string Rule, string Reason)
{
    public const string Address = "address";
    public const string Host = "host";
    public const string Port = "port";
}
