using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using Webhooks.Secrets;
using Webhooks.Storage;

namespace Webhooks.Core.Tests.Secrets;

public sealed class AesGcmSecretProtectorTests
{
    private static readonly EndpointKey Endpoint = new("acme", "ep_1");
    private static readonly SecretProtectionKey Key = NewKey("2026-01");

    [Fact]
    public void Whatever_is_protected_is_read_again_and_never_looks_the_same_twice()
    {
        var protector = new AesGcmSecretProtector(Key);

        Prop.ForAll<NonNull<string>>(text =>
        {
            var plaintext = new string([.. text.Get.Where(character => !char.IsSurrogate(character))]);
            var first = protector.Protect(Endpoint, plaintext);
            return protector.Unprotect(Endpoint, first) == plaintext && first != protector.Protect(Endpoint, plaintext);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_text_says_its_version_and_the_id_of_its_key() =>
        new AesGcmSecretProtector(Key).Protect(Endpoint, "secret").Should().MatchRegex("^v1\\.2026-01\\.[A-Za-z0-9_-]+$");

    [Fact]
    public void Text_of_this_format_stays_readable_in_every_later_version()
    {
        // Made by another implementation, Node.js's.
        var protector = new AesGcmSecretProtector(new SecretProtectionKey("k", [.. Enumerable.Range(0, 32).Select(value => (byte)value)]));

        protector.Unprotect(Endpoint, "v1.k.ZGVmZ2hpamtsbW5vP3OtAxq2JftdEDqcaFdU1NuubYGvjJ0hEW4IPg").Should().Be("whsec_secret");
    }

    [Fact]
    public void After_a_rotation_old_text_is_readable_and_new_text_has_the_new_key()
    {
        var old = new AesGcmSecretProtector(Key).Protect(Endpoint, "old");
        var rotated = new AesGcmSecretProtector(NewKey("2027-01"), Key);

        rotated.Unprotect(Endpoint, old).Should().Be("old");
        rotated.Protect(Endpoint, "new").Should().StartWith("v1.2027-01.");
    }

    [Fact]
    public void A_missing_key_is_named_by_its_id_and_no_key_is_shown()
    {
        var text = new AesGcmSecretProtector(Key).Protect(Endpoint, "secret");
        var other = RandomNumberGenerator.GetBytes(32);
        var protector = new AesGcmSecretProtector(new SecretProtectionKey("2027-01", other));

        var exception = ShouldFail(protector, Endpoint, text);

        exception.KeyId.Should().Be("2026-01");
        exception.Message.Should().Contain("'ep_1'").And.Contain("'acme'").And.Contain("'2026-01'").And.Contain("(2027-01)");
        exception.ToString().Should().NotContain(Convert.ToBase64String(other)).And.NotContain(Convert.ToHexString(other));
    }

    [Theory]
    [InlineData("other", "ep_1")]
    [InlineData("acme", "ep_2")]
    [InlineData("acm", "eep_1")]
    public void Text_that_was_copied_to_another_endpoint_cannot_be_read(string tenantId, string endpointId)
    {
        var protector = new AesGcmSecretProtector(Key);
        var text = protector.Protect(Endpoint, "secret");

        ShouldFail(protector, new EndpointKey(tenantId, endpointId), text).KeyId.Should().Be("2026-01");
    }

    [Fact]
    public void Another_key_of_the_same_id_is_not_mistaken_for_it()
    {
        var text = new AesGcmSecretProtector(Key).Protect(Endpoint, "secret");

        ShouldFail(new AesGcmSecretProtector(NewKey(Key.Id)), Endpoint, text).Message.Should().Contain("another key had this id");
    }

    [Fact]
    public void Every_changed_character_is_noticed()
    {
        var protector = new AesGcmSecretProtector(Key, NewKey("2026-02"));
        var text = protector.Protect(Endpoint, "secret");

        for (var i = 0; i < text.Length; i++)
        {
            ShouldFail(protector, Endpoint, text[..i] + (text[i] == 'A' ? 'B' : 'A') + text[(i + 1)..]);
        }
    }

    [Fact]
    public void Nothing_else_than_the_documented_exception_is_thrown_for_any_text()
    {
        var protector = new AesGcmSecretProtector(Key);

        Prop.ForAll<NonNull<string>>(text =>
        {
            ShouldFail(protector, Endpoint, text.Get);
            ShouldFail(protector, Endpoint, $"v1.{Key.Id}.{text.Get}");
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("", 32)]
    [InlineData("a.b", 32)]
    [InlineData("ok", 31)]
    [InlineData("ok", 33)]
    [InlineData("ok", 0)]
    public void A_key_has_an_id_and_32_bytes(string id, int length)
    {
        var create = () => new SecretProtectionKey(id, new byte[length]);

        create.Should().Throw<WebhookValidationException>();
    }

    [Fact]
    public void A_key_can_be_read_from_base64_and_is_never_shown()
    {
        var base64 = RandomNumberGenerator.GetBytes(32);
        var key = SecretProtectionKey.FromBase64("k", Convert.ToBase64String(base64));
        var refuse = () => SecretProtectionKey.FromBase64("k", "not a key of the host's");

        new AesGcmSecretProtector(key).Unprotect(
            Endpoint, new AesGcmSecretProtector(new SecretProtectionKey("k", base64)).Protect(Endpoint, "secret")).Should().Be("secret");
        key.ToString().Should().Be("SecretProtectionKey { Id = k }");
        refuse.Should().Throw<WebhookValidationException>().Which.ToString().Should().NotContain("host's");
    }

    [Fact]
    public void Two_keys_of_one_id_are_refused()
    {
        var create = () => new AesGcmSecretProtector(Key, NewKey(Key.Id));

        create.Should().Throw<WebhookValidationException>().WithMessage("*2026-01*");
    }

    private static SecretProtectionKey NewKey(string id) => new(id, RandomNumberGenerator.GetBytes(32));

    private static WebhookSecretProtectionException ShouldFail(AesGcmSecretProtector protector, EndpointKey endpoint, string text)
    {
        var unprotect = () => protector.Unprotect(endpoint, text);
        return unprotect.Should().Throw<WebhookSecretProtectionException>().Which;
    }
}
