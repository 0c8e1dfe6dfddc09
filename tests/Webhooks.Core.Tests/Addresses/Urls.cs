namespace Webhooks.Core.Tests.Addresses;

/// <summary>URLs that strangers might type in.</summary>
internal static class Urls
{
    /// <summary>URLs that lead to no public address, by a network, a spelling or a name, each with the rule that says so.</summary>
    public static IReadOnlyList<(string Url, string Rule)> Forbidden =>
    [
        .. WithRule("address", Ipv4), .. WithRule("address", Ipv4Spellings), .. WithRule("address", Ipv6),
        .. WithRule("address", Embedded), .. WithRule("address", Metadata), .. WithRule("address", Localhost),
        .. WithRule("host", Names), .. WithRule("url", Malformed), .. WithRule("port", ["https://8.8.8.8:0/"]),
    ];

    public static readonly string[] Allowed =
    [
        // The neighbours of the special networks.
        "https://1.0.0.0/", "https://9.255.255.255/", "https://11.0.0.0/", "https://100.63.255.255/", "https://100.128.0.0/",
        "https://126.255.255.255/", "https://128.0.0.0/", "https://169.253.255.255/", "https://169.255.0.0/",
        "https://172.15.255.255/", "https://172.32.0.0/", "https://191.255.255.255/", "https://192.0.1.0/",
        "https://192.0.3.0/", "https://192.88.98.255/", "https://192.88.100.0/", "https://192.167.255.255/",
        "https://192.169.0.0/", "https://198.17.255.255/", "https://198.20.0.0/", "https://198.51.99.255/",
        "https://198.51.101.0/", "https://203.0.112.255/", "https://203.0.114.0/", "https://223.255.255.255/",
        "https://168.63.129.15/", "https://168.63.129.17/", "https://100.128.100.200/",

        // Public addresses, in several spellings.
        "https://8.8.8.8/", "https://8.8.8.8:8443/hooks?a=b", "https://134744072/", "https://0x08080808/", "https://010.8.8.8/",
        "https://8.8.2056/", "https://8.8.8.8./", "https://８.８.８.８/", "https://[2606:4700:4700::1111]/",
        "https://[2001:4860:4860:0:0:0:0:8888]:8443/", "https://[2000::]/", "https://[2001:200::1]/",
        "https://[2001:db7:ffff:ffff:ffff:ffff:ffff:ffff]/", "https://[2001:db9::]/", "https://[3ffe::1]/",
        "https://[3fff:1000::]/", "https://[2620:4f:7fff::1]/", "https://[2620:4f:8001::]/",
        "https://[::ffff:8.8.8.8]/", "https://[64:ff9b::808:808]/", "https://[2002:808:808::1]/",
        "https://[2606:4700::5efe:8.8.8.8]/",

        // Names, which are judged when they are looked up.
        "https://example.com/", "https://EXAMPLE.com./hooks", "https://bücher.example/", "https://localhost.example.com/",
        "https://127.0.0.1.example.com/", "https://10.example/", "https://metadata.example.com/",
        "https://169.254.169.254.nip.example/", "https://internal/", "https://xn--bcher-kva.example/", "https://0x7f.1.example/",
    ];

    private static readonly string[] Ipv4 =
    [
        "https://0.0.0.0/", "https://0.0.0.1/", "https://0.255.255.255/", "https://10.0.0.0/", "https://10.1.2.3:8443/hooks",
        "https://10.255.255.255/", "https://100.64.0.0/", "https://100.100.0.1/", "https://100.127.255.255/", "https://127.0.0.0/",
        "https://127.0.0.1/", "https://127.0.0.1:65535/", "https://127.1.2.3/", "https://127.255.255.255/",
        "https://169.254.0.0/", "https://169.254.1.1/", "https://169.254.255.255/", "https://172.16.0.0/", "https://172.20.10.1/",
        "https://172.31.255.255/", "https://192.0.0.0/", "https://192.0.0.9/", "https://192.0.0.10/", "https://192.0.0.170/",
        "https://192.0.0.255/", "https://192.0.2.0/", "https://192.0.2.255/", "https://192.31.196.1/", "https://192.52.193.1/",
        "https://192.88.99.1/", "https://192.168.0.0/", "https://192.168.1.1/", "https://192.168.255.255/",
        "https://192.175.48.1/", "https://198.18.0.0/", "https://198.19.255.255/", "https://198.51.100.0/",
        "https://198.51.100.255/", "https://203.0.113.0/", "https://203.0.113.255/", "https://224.0.0.0/", "https://224.0.0.251/",
        "https://239.255.255.250/", "https://239.255.255.255/", "https://240.0.0.0/", "https://254.1.1.1/",
        "https://255.255.255.254/", "https://255.255.255.255/",
    ];

    private static readonly string[] Ipv4Spellings =
    [
        "https://2130706433/", "https://017700000001/", "https://0x7f000001/", "https://0X7F000001/", "https://0177.0.0.1/",
        "https://0x7f.0.0.1/", "https://0x7f.0x0.0x0.0x1/", "https://0x7f.1/", "https://00000177.1/", "https://127.1/",
        "https://127.0.1/", "https://127.65535/", "https://0/", "https://0x0/", "https://00/", "https://0.0/",
        "https://3232235777/", "https://192.168.257/", "https://0xc0a80101/", "https://0300.0250.1.1/", "https://10.1/",
        "https://012.1.2.3/", "https://167772161/", "https://0xa.0.0.1/", "https://127.0.0.1./", "https://127.1./",
        "https://2130706433./", "https://0x7f.1./", "https://１２７.０.０.１/", "https://127。0。0。1/", "https://127．0．0．1/",
        "https://127｡0｡0｡1/", "https://①②⑦.0.0.1/", "https://１２７。１/", "https://０ｘ７ｆ.1/", "https://٠.٠.٠.٠/",
        "https://２１３０７０６４３３/", "https://example.com@127.0.0.1/", "https://user:password@127.0.0.1/",
        "https://example.com%2f@127.0.0.1/", "https://127.0.0.1?@example.com/", "https://127.0.0.1#@example.com/",
        "https://127.0.0.1:443/", "https://127.0.0.1:/", "HTTPS://127.0.0.1/", "http://127.0.0.1/", "http://10.0.0.1:80/",
    ];

    private static readonly string[] Ipv6 =
    [
        "https://[::]/", "https://[::1]/", "https://[0:0:0:0:0:0:0:1]/", "https://[0000:0000:0000:0000:0000:0000:0000:0001]:8443/",
        "https://[::1%251]/", "https://[::1%25lo]/", "https://[::1%1]/", "https://[::0001]/", "https://[100::1]/",
        "https://[100::ffff:ffff:ffff:ffff]/", "https://[100:0:0:1::1]/", "https://[200::1]/", "https://[400::1]/",
        "https://[1000::1]/", "https://[1fff:ffff::1]/", "https://[2001::1]/", "https://[2001:1::1]/", "https://[2001:1::2]/",
        "https://[2001:2::1]/", "https://[2001:3::1]/", "https://[2001:4:112::1]/", "https://[2001:5::1]/",
        "https://[2001:10::1]/", "https://[2001:1f:ffff::1]/", "https://[2001:20::1]/", "https://[2001:2f:ffff::1]/",
        "https://[2001:30::1]/", "https://[2001:100::1]/", "https://[2001:1ff:ffff::1]/", "https://[2001:db8::]/",
        "https://[2001:db8:ffff:ffff:ffff:ffff:ffff:ffff]/", "https://[2620:4f:8000::1]/", "https://[3fff::1]/",
        "https://[3fff:fff:ffff::1]/", "https://[4000::1]/", "https://[5f00::1]/", "https://[8000::1]/", "https://[fc00::1]/",
        "https://[fd12:3456:789a::1]/", "https://[fdff:ffff:ffff::1]/", "https://[fe00::1]/", "https://[fe80::1]/",
        "https://[fe80::1%25eth0]/", "https://[fe80::1%eth0]/", "https://[febf::1]/", "https://[fec0::1]/", "https://[feff::1]/",
        "https://[ff00::]/", "https://[ff02::1]/", "https://[ff0e::1]/",
    ];

    private static readonly string[] Embedded =
    [
        "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/", "https://[0:0:0:0:0:ffff:10.0.0.1]/",
        "https://[::ffff:169.254.169.254]/", "https://[::ffff:0.0.0.0]/", "https://[::127.0.0.1]/", "https://[::10.0.0.1]/",
        "https://[::ffff:0:127.0.0.1]/", "https://[::ffff:0:192.168.1.1]/", "https://[64:ff9b::127.0.0.1]/",
        "https://[64:ff9b::a00:1]/", "https://[64:ff9b:1::127.0.0.1]/", "https://[64:ff9b:1:abcd::192.168.0.1]/",
        "https://[64:ff9b:1:7f00:0:100::]/", "https://[64:ff9b:1:7f00:0:100:dead:beef]/", "https://[64:ff9b:1:ab7f::100:0:0]/",
        "https://[64:ff9b:1:abcd:7f:0:100:0]/", "https://[2002:7f00:1::]/", "https://[2002:a00:1::1]/",
        "https://[2002:c0a8:101:1::1]/", "https://[2001:0:808:808:0:0:80ff:fffe]/", "https://[2001:0:7f00:1::f7f7:f7f7]/",
        "https://[2001:0:a00:1:8000:63bf:3fff:fdd2]/", "https://[2606:4700::5efe:127.0.0.1]/",
        "https://[2606:4700::200:5efe:10.0.0.1]/", "https://[fe80::5efe:8.8.8.8]/", "https://[2002:808:808::5efe:127.0.0.1]/",
    ];

    private static readonly string[] Metadata =
    [
        "http://169.254.169.254/latest/meta-data/", "https://169.254.170.2/v2/credentials", "https://169.254.170.23/",
        "https://168.63.129.16/", "https://100.100.100.200/latest/meta-data/", "https://192.0.0.192/", "https://169.254.0.23/",
        "https://169.254.42.42/", "https://[fd00:ec2::254]/", "https://[fd00:ec2::23]/", "https://[fd20:ce::254]/",
        "https://[fd00:c1::a9fe:a9fe]/", "https://[fe80::a9fe:a9fe]/", "https://[fd00:42::42]/", "https://2852039166/",
        "https://0xa9fea9fe/", "https://0251.0376.0251.0376/", "https://[::ffff:a9fe:a9fe]/", "https://[64:ff9b::a9fe:a9fe]/",
        "https://[2002:a9fe:a9fe::]/", "https://[64:ff9b::168.63.129.16]/", "https://[2002:a83f:8110::1]/",
    ];

    private static readonly string[] Localhost =
    [
        "https://localhost/", "https://localhost:8443/", "https://LOCALHOST/", "https://localhost./", "https://a.localhost/",
        "https://a.b.LocalHost./", "https://ｌｏｃａｌｈｏｓｔ/",
    ];

    private static readonly string[] Names =
    [
        "https://metadata.google.internal/computeMetadata/v1/", "https://METADATA.google.internal./", "https://metadata.goog/",
        "https://metadata/", "https://instance-data/latest/", "https://metadata.tencentyun.com/", "https://ＭＥＴＡＤＡＴＡ.goog/",
        "https://256.1/", "https://127.0.0.08/", "https://1.2.3.4.5/", "https://4294967296/", "https://0x/",
        "https://127.0.0.0x1g.0x1/", "https://example.0/",
        "https://" + string.Join('.', Enumerable.Repeat("label", 43)) + ".example/",
    ];

    private static readonly string[] Malformed =
    [
        "https://127%2e0%2e0%2e1/", "https://%31%32%37.0.0.1/", "https://127.0.0.1%2f/", "https://example.com%00.evil/",
        "https://::1/", "https://[::1/", "https://[127.0.0.1]/", "https://[::ffff:0x7f.1]/", "https:/127.0.0.1/",
        "https:///127.0.0.1/", "https:127.0.0.1", "https://example.com\\@127.0.0.1/", "https://127.0.0.1\\@example.com/",
        "https://127.0.0.1../", "https://[v1.fe]/", "127.0.0.1",
    ];

    private static IEnumerable<(string Url, string Rule)> WithRule(string rule, string[] urls) => urls.Select(url => (url, rule));
}
