using Webhooks.Signing;

namespace Webhooks.Ed25519.Tests;

public sealed class Ed25519PublicKeyTests
{
    [Fact]
    public void A_key_is_read_from_its_text_with_or_without_the_prefix_and_written_with_it()
    {
        var text = Keys.PublicText(Keys.Public);

        Ed25519PublicKey.Parse(text).ToString().Should().Be(text);
        Ed25519PublicKey.Parse(text["whpk_".Length..]).Should().Be(Ed25519PublicKey.Parse(text));
    }

    [Theory]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000080")]
    [InlineData("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")]
    [InlineData("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85")]
    [InlineData("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")]
    [InlineData("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa")]
    public void Points_of_small_order_are_no_keys(string hex) => Refuse(hex);

    [Theory]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000080")]
    [InlineData("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    public void Second_encodings_of_points_are_no_keys(string hex) => Refuse(hex);

    [Fact]
    public void What_is_no_point_is_no_key() => Refuse("0200000000000000000000000000000000000000000000000000000000000000");

    [Fact]
    public void A_key_with_a_part_of_small_order_is_none() => Refuse("3b5b475c4b82dd1572799fc546f4c6c03e478c6654aa4c7f945b347ea32af60d");

    [Theory]
    [InlineData("")]
    [InlineData("whpk_")]
    [InlineData("whpk_!!!")]
    [InlineData("whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHUQ==")]
    [InlineData("whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURoA")]
    [InlineData("whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapi MlrwIaaPcHURo=")]
    [InlineData("whsk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")]
    public void Other_text_is_refused_and_the_answer_says_what_is_expected(string text)
    {
        Ed25519PublicKey.TryParse(text, out _).Should().BeFalse();
        var refusal = ((Action)(() => Ed25519PublicKey.Parse(text))).Should().Throw<WebhookValidationException>().Which;

        refusal.Errors.Should().ContainSingle().Which.Field.Should().Be("publicKey");
        refusal.Message.Should().Contain("whpk_").And.Contain("32 bytes");
    }

    [Fact]
    public void Its_json_web_key_and_thumbprint_are_those_of_the_specification()
    {
        // RFC 8037, appendices A.2 and A.3.
        var key = Keys.PublicKey(Keys.Public);

        key.KeyId.Should().Be("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
        key.ToJwk().Should().Be(
            """{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k","use":"sig","alg":"EdDSA"}""");
    }

    [Fact]
    public void A_public_key_does_not_sign() =>
        ((Action)(() => Keys.PublicKey(Keys.Public).Sign([]))).Should().Throw<NotSupportedException>();

    [Fact]
    public void A_symmetric_secret_has_no_public_key() =>
        ((Action)(() => Ed25519PublicKey.FromSecret(WebhookSecret.Generate()))).Should().Throw<ArgumentException>();

    private static void Refuse(string hex) => Ed25519PublicKey.TryParse(Keys.PublicText(hex), out _).Should().BeFalse();
}
