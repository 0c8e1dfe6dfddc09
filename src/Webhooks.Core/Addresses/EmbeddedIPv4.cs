using System.Buffers.Binary;
using System.Net;

namespace Webhooks.Addresses;

/// <summary>
/// The IPv4 addresses within an IPv6 address: a translator, tunnel or the machine itself may send to them what is sent to it.
/// </summary>
internal static class EmbeddedIPv4
{
    private const uint Translated = 0xFFFF_0000;
    private const ulong LocalNat64 = 0x0064_FF9B_0001;
    private const uint Teredo = 0x2001_0000;
    private const uint SixToFour = 0x2002;
    private const uint Isatap = 0x0000_5EFE;
    private const uint UniversalBit = 0x0200_0000;

    private static readonly UInt128 Nat64 = new(0x0064_FF9B, 0);

    /// <summary>Finds them. The mapped form (<c>::ffff:0:0/96</c>) is not among them: it is an IPv4 address.</summary>
    public static IEnumerable<IPAddress> In(IPAddress address)
    {
        var bits = BinaryPrimitives.ReadUInt128BigEndian(address.GetAddressBytes());
        var upper = (ulong)(bits >> 64);
        var isCompatible = bits >> 32 == UInt128.Zero && bits > UInt128.One;
        if (isCompatible || bits >> 32 == Translated || bits >> 32 == Nat64)
        {
            yield return Address(bits);
        }

        if (upper >> 16 == LocalNat64)
        {
            foreach (var reading in ReadLocalNat64(bits))
            {
                yield return reading;
            }
        }

        if (upper >> 32 == Teredo)
        {
            // The server, and the client behind its address translator, inverted (RFC 4380, section 4).
            yield return Address(upper);
            yield return Address(~bits);
        }

        if (upper >> 48 == SixToFour)
        {
            yield return Address(upper >> 16);
        }

        // RFC 5214, section 6.1: the interface identifier, under any prefix.
        if (((uint)(bits >> 32) & ~UniversalBit) == Isatap)
        {
            yield return Address(bits);
        }
    }

    /// <summary>
    /// RFC 6052, section 2.2: where the address stands depends on the length of the translator's prefix (96, 64, 56 or 48),
    /// which we do not know; octet 8 is skipped, and what follows the address is ignored. With nothing but zeros before the
    /// last 32 bits it can only stand there: a translator sends nothing to the other readings, which are in 0.0.0.0/8.
    /// </summary>
    private static IEnumerable<IPAddress> ReadLocalNat64(UInt128 bits)
    {
        yield return Address(bits);
        if ((bits >> 32 & 0xFFFF_FFFF_FFFF) != UInt128.Zero)
        {
            // Without octet 8 the address is 32 bits in one piece.
            var upper = bits >> 64 << 56;
            var closed = upper | (bits & 0x00FF_FFFF_FFFF_FFFF);
            yield return Address(closed >> 24);
            yield return Address(closed >> 32);
            yield return Address(closed >> 40);
        }
    }

    private static IPAddress Address(UInt128 bits)
    {
        var bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)(bits & uint.MaxValue));
        return new IPAddress(bytes);
    }
}
