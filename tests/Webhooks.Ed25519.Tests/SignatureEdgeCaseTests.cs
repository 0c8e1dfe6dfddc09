using System.Numerics;
using System.Text;

namespace Webhooks.Ed25519.Tests;

/// <summary>Signatures that implementations of Ed25519 have wrongly accepted, or disagree about.</summary>
public sealed class SignatureEdgeCaseTests
{
    /// <summary>RFC 8032, section 5.1: the order of the base point.</summary>
    private static readonly BigInteger Order = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493");

    private static readonly byte[] Message = "message"u8.ToArray();

    private static readonly Ed25519PublicKey Key = Keys.PublicKey(Keys.Public);

    private static readonly byte[] Signature = Keys.PrivateKey(Keys.Seed).Sign(Message);

    [Fact]
    public void Every_single_changed_bit_is_refused()
    {
        for (var bit = 0; bit < Signature.Length * 8; bit++)
        {
            var changed = (byte[])Signature.Clone();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));

            Key.Verify([], Message, changed).Should().BeFalse("bit {0} is another", bit);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public void A_second_form_of_a_signature_is_refused(int times)
    {
        // RFC 8032, section 5.1.7: S is smaller than the order. Adding the order gives a number that fits the equation as well.
        var s = new BigInteger(Signature.AsSpan(32), isUnsigned: true) + (times * Order);
        var second = new byte[64];
        Signature.AsSpan(0, 32).CopyTo(second);
        s.TryWriteBytes(second.AsSpan(32), out _, isUnsigned: true).Should().BeTrue();

        Key.Verify([], Message, second).Should().BeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000")]
    public void A_signature_of_another_length_is_refused(string hex) => Key.Verify([], Message, Convert.FromHexString(hex)).Should().BeFalse();

    [Fact]
    public void A_signature_that_is_cut_off_or_goes_on_is_refused()
    {
        Key.Verify([], Message, Signature.AsSpan(0, 63)).Should().BeFalse();
        Key.Verify([], Message, [.. Signature, 0]).Should().BeFalse();
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    public void A_signature_that_fits_keys_of_small_order_does_not_fit_a_real_one(string point) =>
        Key.Verify([], Message, Convert.FromHexString(point + new string('0', 64))).Should().BeFalse();

    [Fact]
    public void A_point_of_the_signature_in_a_second_encoding_is_refused()
    {
        // The neutral point as y = p + 1, made by the owner of the key: the equation holds.
        Key.Verify([], Message, Convert.FromHexString(
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f19c867f632fcc8301ecef916398bb856cdc06d486c68c2c8553cdf047b584c0f"))
            .Should().BeFalse();
    }

    [Fact]
    public void A_signature_that_only_the_equation_with_the_cofactor_accepts_is_accepted()
    {
        // RFC 8032, section 5.1.7, has that equation. R is a multiple of the base point plus a point of order 8, made by the owner of the key.
        Key.Verify([], Message, Convert.FromHexString(
            "b15bf26424d1b69dd33b7a9e57db5de4a2aadea4a2a051efd9bfd6af74165d2b78ec700d3f56baaa98fc77025d0f4bc89ac261ce8b4186b2208d1f94eb609a08"))
            .Should().BeTrue();
    }

    [Fact]
    public void A_good_signature_that_hung_earlier_versions_of_the_library_is_accepted()
    {
        // CVE-2024-30172, with the values of its report (bcgit/bc-java, issue 1599).
        var key = Ed25519PublicKey.Parse("whpk_OG5897noNTkzsH8duNhNNyC7Zny9gRsxK04zhnIzim0=");
        var message = Convert.FromBase64String(
            "QUFBYkxnQ1lsb0FBQVFJQ0huakpxMmp1cFRVRy1aNmlNcWhxMTRnQUhUSG9kdXZ3aUhEZk9ZSjIwd193QmxuNURKOVNhTmFjU0loNTNrYm5xbnI5Ze80xQ==");
        var signature = Convert.FromBase64String(
            "dNxDIj/CG5FX5oahRGYhpGQEZLjuSHfqfjljy12oshuQiSQd791/NkSOxMdhdK8TGZQyHafihIOzwqeQaUf6Dw==");

        key.Verify([], message, signature).Should().BeTrue();
    }

    [Fact]
    public void Another_key_another_message_and_another_beginning_are_refused()
    {
        Keys.PublicKey("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c").Verify([], Message, Signature).Should().BeFalse();
        Key.Verify([], Encoding.ASCII.GetBytes("messag"), Signature).Should().BeFalse();
        Key.Verify("x"u8, Message, Signature).Should().BeFalse();
    }
}
