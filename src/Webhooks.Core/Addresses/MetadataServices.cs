using System.Net;

namespace Webhooks.Addresses;

/// <summary>
/// Where clouds hand out the credentials of the machine or container that asks. Each address is a rule of its own, so that a
/// host which allows a network around one does not open it.
/// </summary>
internal static class MetadataServices
{
    public static readonly IReadOnlyList<NetworkRule> Addresses =
    [
        At("169.254.169.254", "instance metadata of AWS, Azure, Google Cloud and most others"),
        At("fd00:ec2::254", "AWS instance metadata"),
        At("169.254.170.2", "AWS ECS credentials"),
        At("169.254.170.23", "AWS EKS credentials"),
        At("fd00:ec2::23", "AWS EKS credentials"),
        At("fd20:ce::254", "Google Cloud instance metadata"),
        At("168.63.129.16", "Azure WireServer"),
        At("fd00:c1::a9fe:a9fe", "Oracle Cloud instance metadata"),
        At("192.0.0.192", "Oracle Cloud Classic instance metadata"),
        At("100.100.100.200", "Alibaba Cloud instance metadata"),
        At("fd00:100::100:200", "Alibaba Cloud instance metadata"),
        At("169.254.0.23", "Tencent Cloud instance metadata"),
        At("169.254.10.10", "Tencent Cloud instance metadata"),
        At("169.254.42.42", "Scaleway instance metadata"),
        At("fd00:42::42", "Scaleway instance metadata"),
        At("fd00:a9fe:a9fe::1", "Akamai instance metadata"),
        At("fe80::a9fe:a9fe", "OpenStack instance metadata"),
    ];

    public static readonly IReadOnlyList<HostRule> Names =
    [
        Named("instance-data"),
        Named("instance-data.ec2.internal"),
        Named("metadata"),
        Named("metadata.goog"),
        Named("metadata.google.internal"),
        Named("metadata.azure.internal"),
        Named("metadata.tencentyun.com"),
        Named("metadata.packet.net"),
        Named("metadata.platformequinix.com"),
        Named("api.metadata.cloud.ibm.com"),
    ];

    private static NetworkRule At(string address, string service)
    {
        var parsed = IPAddress.Parse(address);
        return new NetworkRule(
            new IPNetwork(parsed, parsed.GetAddressBytes().Length * 8), IsAllowed: false, $"{address}, {service}");
    }

    private static HostRule Named(string name) => new(name, IsAllowed: false, "a metadata service");
}
