using FsCheck;
using FsCheck.Fluent;
using Webhooks.Signing;

namespace Webhooks.Ed25519.Tests;

public sealed class Ed25519AlgorithmTests
{
    private readonly Ed25519Algorithm _algorithm = new();

    [Fact]
    public void Generated_keys_are_private_keys_of_32_bytes_and_all_different()
    {
        var secrets = Enumerable.Range(0, 100).Select(_ => _algorithm.GenerateSecret()).ToList();

        secrets.Should().OnlyHaveUniqueItems().And.OnlyContain(secret => secret.Kind == WebhookSecretKind.Asymmetric);
        secrets.Should().OnlyContain(secret => secret.Reveal().Length == "whsk_".Length + 44);
    }

    [Fact]
    public void Whatever_is_signed_its_public_key_accepts_and_another_does_not() =>
        Prop.ForAll<byte[], byte[]>((prefix, body) =>
        {
            var secret = _algorithm.GenerateSecret();
            var signature = new byte[64];
            _algorithm.GetKey(secret)!.Sign(prefix, body, signature);

            return _algorithm.GetKey(secret)!.Verify(prefix, body, signature)
                && Ed25519PublicKey.FromSecret(secret).Verify(prefix, body, signature)
                && !Ed25519PublicKey.FromSecret(_algorithm.GenerateSecret()).Verify(prefix, body, signature);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_key_is_worked_out_once()
    {
        var secret = _algorithm.GenerateSecret();

        _algorithm.GetKey(secret).Should().BeSameAs(_algorithm.GetKey(secret));
    }

    [Fact]
    public void Other_secrets_have_no_key()
    {
        _algorithm.GetKey(WebhookSecret.Generate()).Should().BeNull();
        _algorithm.GetKey(WebhookSecret.FromText("a-secret-of-another-system")).Should().BeNull();
    }

    [Fact]
    public void A_public_half_of_another_seed_is_refused_without_being_repeated()
    {
        var secret = Keys.Secret(Keys.Seed + "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");

        var refusal = ((Action)(() => _algorithm.GetKey(secret))).Should().Throw<WebhookValidationException>().Which;

        var error = refusal.Errors.Should().ContainSingle().Which;
        (error.Field, error.Rule, error.Value).Should().Be(("secret", "publicKey", null));
        refusal.ToString().Should().NotContain(secret.Reveal()["whsk_".Length..][..8]);
    }

    [Fact]
    public void Many_threads_can_sign_with_one_key()
    {
        var key = _algorithm.GetKey(_algorithm.GenerateSecret())!;
        var messages = Enumerable.Range(0, 200).Select(i => new byte[i]).ToList();
        var expected = messages.ConvertAll(key.Sign);

        messages.AsParallel().AsOrdered().Select(key.Sign).Should().BeEquivalentTo(expected, options => options.WithStrictOrdering());
    }
}
