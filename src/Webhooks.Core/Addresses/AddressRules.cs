namespace Webhooks.Addresses;

/// <summary>
/// Where attempts may go, beside what holds without any rule: to every host name but those of metadata services, on every port,
/// at addresses of the public internet only. The rules are checked on every connection, against the addresses it would go to.
/// </summary>
/// <remarks>
/// Of the networks that hold an address, the smallest decides; so does the most exact of the names that match. Where two are
/// equal, a denial does, then a permission, then what holds by default. A name does not open addresses: both are checked.
/// </remarks>
public sealed class AddressRules
{
    /// <summary>
    /// Whether this machine itself may be reached (<c>127.0.0.0/8</c>, <c>::1</c>, <c>localhost</c>): for development and tests.
    /// Default: false.
    /// </summary>
    public bool AllowLoopback { get; set; }

    /// <summary>
    /// Networks that may be reached although they are not of the public internet, in CIDR notation (RFC 4632, section 3.1; RFC
    /// 4291, section 2.3) such as <c>10.20.0.0/16</c>, or single addresses. A network opens what is blocked by default only
    /// where it is as small or smaller: <c>0.0.0.0/0</c> opens nothing, and the address of a metadata service is opened by
    /// naming that address. Default: none.
    /// </summary>
    public IList<string> AllowedNetworks { get; set; } = [];

    /// <summary>Networks that may not be reached, in the same notation. Default: none beside those that are not public.</summary>
    public IList<string> DeniedNetworks { get; set; } = [];

    /// <summary>
    /// Host names that may be used although a pattern of <see cref="DeniedHosts"/> matches them: names (<c>hooks.example.com</c>),
    /// all names below one (<c>*.example.com</c>), or all (<c>*</c>). Their addresses are checked like any other's. Default: none.
    /// </summary>
    public IList<string> AllowedHosts { get; set; } = [];

    /// <summary>
    /// Host names that may not be used, in the same notation. With <c>*</c> here, only <see cref="AllowedHosts"/> remain. Default:
    /// none beside those of metadata services.
    /// </summary>
    public IList<string> DeniedHosts { get; set; } = [];

    /// <summary>The only ports that may be used, each 1 to 65,535. Default: none, which stands for all.</summary>
    public IList<int> AllowedPorts { get; set; } = [];

    /// <summary>Ports that may not be used, each 1 to 65,535, even if allowed. Default: none.</summary>
    public IList<int> DeniedPorts { get; set; } = [];
}
