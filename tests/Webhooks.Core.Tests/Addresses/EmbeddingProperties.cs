using System.Buffers.Binary;
using System.Net;
using FsCheck;
using FsCheck.Fluent;
using Webhooks.Addresses;

namespace Webhooks.Core.Tests.Addresses;

/// <summary>Over all of IPv4: what holds for an address holds for every IPv6 address that stands for it.</summary>
public sealed class EmbeddingProperties
{
    private const string Public = "8.8.8.8";

    private static readonly AddressPolicy Policy = new();

    private static readonly uint[] Edges =
    [
        .. SpecialNetworks.All.Concat(MetadataServices.Addresses)
            .Where(rule => rule.Network.BaseAddress.GetAddressBytes().Length == sizeof(uint))
            .SelectMany(rule => new[] { First(rule.Network) - 1, First(rule.Network), Last(rule.Network), Last(rule.Network) + 1 }),
    ];

    /// <summary>All addresses alike, and those at the edges of the special networks more often.</summary>
    private static readonly Arbitrary<uint> Addresses = Gen.OneOf(
        from high in Gen.Choose(0, ushort.MaxValue) from low in Gen.Choose(0, ushort.MaxValue) select ((uint)high << 16) | (uint)low,
        Gen.Elements(Edges)).ToArbitrary();

    /// <summary>The middle of an address, where it does not matter.</summary>
    private static readonly Arbitrary<ushort> Fillings = Gen.Choose(0, ushort.MaxValue).Select(value => (ushort)value).ToArbitrary();

    /// <summary>Two embeddings are known addresses of their own: <c>::</c> and <c>::1</c>.</summary>
    public static TheoryData<string, Func<uint, ushort, string>> Embeddings => new()
    {
        { "mapped", (address, _) => $"::ffff:{Quad(address)}" },
        { "compatible", (address, _) => $"::{Quad(address)}" },
        { "translated", (address, _) => $"::ffff:0:{Quad(address)}" },
        { "NAT64", (address, _) => $"64:ff9b::{Quad(address)}" },
        { "local NAT64", (address, _) => $"64:ff9b:1::{Quad(address)}" },
        { "6to4", (address, filling) => $"2002:{Hex(address)}:{filling:x}::1" },
        { "Teredo client", (address, filling) => $"2001:0:{Hex(Bits(Public))}:{filling:x}:{filling:x}:{Hex(~address)}" },
        { "Teredo server", (address, filling) => $"2001:0:{Hex(address)}:{filling:x}:{filling:x}:{Hex(~Bits(Public))}" },
        { "ISATAP", (address, filling) => $"2606:4700:{filling:x}:{filling:x}:0:5efe:{Quad(address)}" },
        { "ISATAP, global", (address, filling) => $"2606:4700:{filling:x}:{filling:x}:200:5efe:{Quad(address)}" },
        { "ISATAP in 6to4", (address, filling) => $"2002:{Hex(Bits(Public))}:{filling:x}:0:5efe:{Quad(address)}" },
    };

    public static TheoryData<string, Func<uint, ushort, string>> LocalNat64 => new()
    {
        // RFC 6052, section 2.2: prefix lengths 48, 56, 64 and 96, with octet 8 and the suffix as they come.
        {
            "48", (address, filling) => $"64:ff9b:1:{address >> 16:x}:{(filling & 0xFF00u) | ((address >> 8) & 0xFF):x}:"
                + $"{((address & 0xFF) << 8) | (filling & 0xFFu):x}:{filling:x}:{filling:x}"
        },
        {
            "56", (address, filling) => $"64:ff9b:1:{(filling & 0xFF00u) | (address >> 24):x}:{(filling & 0xFF00u) | ((address >> 16) & 0xFF):x}:"
                + $"{address & 0xFFFF:x}:{filling:x}:{filling:x}"
        },
        {
            "64", (address, filling) => $"64:ff9b:1:{filling:x}:{(filling & 0xFF00u) | (address >> 24):x}:{(address >> 8) & 0xFFFF:x}:"
                + $"{((address & 0xFF) << 8) | (filling & 0xFFu):x}:{filling:x}"
        },
        { "96", (address, filling) => $"64:ff9b:1:{filling:x}:{filling:x}:{filling:x}:{Quad(address)}" },
    };

    [Theory]
    [MemberData(nameof(Embeddings))]
    public void The_verdict_on_an_address_is_the_verdict_on_its_embedding(string form, Func<uint, ushort, string> embed) =>
        Prop.ForAll(Addresses, Fillings, (address, filling) =>
            IsAllowed(Quad(address)) == IsAllowed(embed(address, filling)))
            .Label(form).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));

    [Theory]
    [MemberData(nameof(LocalNat64))]
    public void A_local_translator_reaches_nothing_that_cannot_be_reached_directly(string length, Func<uint, ushort, string> embed) =>
        Prop.ForAll(Addresses, Fillings, (address, filling) =>
            address >> 24 == 0 || IsAllowed(Quad(address)) || !IsAllowed(embed(address, filling)))
            .Label(length).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));

    [Fact]
    public void The_verdict_on_all_of_IPv4_is_that_of_the_networks_blocked()
    {
        var blocked = SpecialNetworks.All.Concat(MetadataServices.Addresses).Where(rule => !rule.IsAllowed).ToList();

        Prop.ForAll(Addresses, address => IsAllowed(Quad(address)) != blocked.Exists(rule => rule.Network.Contains(Address(address))))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(10_000));
        Edges.Count(edge => IsAllowed(Quad(edge))).Should().BePositive().And.BeLessThan(Edges.Length);
    }

    [Fact]
    public void Rules_of_the_host_hold_for_embeddings_too()
    {
        var policy = new AddressPolicy(new AddressRules
        {
            AllowedNetworks = ["10.1.0.0/16", "169.254.169.254"], DeniedNetworks = ["9.9.9.0/24", "2606:4700::/32"],
        });

        foreach (var (_, embed) in Embeddings.Select(row => ((string)row[0], (Func<uint, ushort, string>)row[1])))
        {
            foreach (var (address, isAllowed) in new[]
            {
                ("10.1.2.3", true), ("10.2.0.0", false), ("169.254.169.254", true), ("169.254.169.253", false), ("9.9.9.9", false),
            })
            {
                var embedded = embed(Bits(address), 7);
                (policy.FindBlock(IPAddress.Parse(embedded)) is null).Should()
                    .Be(isAllowed && !embedded.StartsWith("2606:4700", StringComparison.Ordinal), embedded);
            }
        }
    }

    private static bool IsAllowed(string address) => Policy.FindBlock(IPAddress.Parse(address)) is null;

    private static string Quad(uint address) => Address(address).ToString();

    private static string Hex(uint address) => $"{address >> 16:x}:{address & 0xFFFF:x}";

    private static IPAddress Address(uint address)
    {
        var bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, address);
        return new IPAddress(bytes);
    }

    private static uint Bits(string address) => BinaryPrimitives.ReadUInt32BigEndian(IPAddress.Parse(address).GetAddressBytes());

    private static uint First(IPNetwork network) => Bits(network.BaseAddress.ToString());

    private static uint Last(IPNetwork network) => First(network) + (uint)((1UL << (32 - network.PrefixLength)) - 1);
}
