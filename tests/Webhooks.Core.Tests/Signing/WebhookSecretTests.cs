using System.Text.Json;
using Webhooks.Endpoints;
using Webhooks.Signing;
using Webhooks.Storage;

namespace Webhooks.Core.Tests.Signing;

public sealed class WebhookSecretTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void A_generated_secret_has_32_random_bytes()
    {
        var secret = WebhookSecret.Generate();

        secret.Key.Length.Should().Be(32);
        secret.Should().NotBe(WebhookSecret.Generate());
    }

    [Theory]
    [InlineData(24)]
    [InlineData(25)]
    [InlineData(32)]
    [InlineData(64)]
    public void A_key_of_24_to_64_bytes_is_a_secret_with_its_prefix_and_without(int length)
    {
        var key = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();
        var base64 = Convert.ToBase64String(key);

        foreach (var text in new[] { base64, "whsec_" + base64 })
        {
            var secret = WebhookSecret.Parse(text);
            secret.Key.ToArray().Should().Equal(key);
            secret.Reveal().Should().Be("whsec_" + base64);
            WebhookSecret.TryParse(text, out var tried).Should().BeTrue();
            tried.Should().Be(secret);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(23)]
    [InlineData(65)]
    public void A_shorter_or_longer_key_is_refused_and_not_repeated(int length)
    {
        var text = "whsec_" + Convert.ToBase64String(Enumerable.Repeat((byte)0xA5, length).ToArray());

        ShouldBeRefused(text, rule: "length").Message.Should().Contain($"the one given has {length}");
    }

    [Theory]
    [InlineData("whsec_not*base64*not*base64*not*base64")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8I LPZIo2LaLaSw")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n")]
    [InlineData("WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa-_")]
    [InlineData("whpk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    public void Text_that_is_not_base64_is_refused_and_not_repeated(string text) => ShouldBeRefused(text, rule: "base64");

    [Fact]
    public void No_text_is_no_secret() => WebhookSecret.TryParse(null, out _).Should().BeFalse();

    [Fact]
    public void Secrets_are_equal_when_their_keys_are()
    {
        var secret = WebhookSecret.Generate();
        var same = WebhookSecret.Parse(secret.Reveal());

        secret.Equals(same).Should().BeTrue();
        secret.Equals((object)same).Should().BeTrue();
        secret.GetHashCode().Should().Be(same.GetHashCode());
        secret.Equals(WebhookSecret.Generate()).Should().BeFalse();
        secret.Equals(null).Should().BeFalse();
    }

    [Fact]
    public void A_secret_of_another_length_is_another_one()
    {
        var shorter = WebhookSecret.Parse(Convert.ToBase64String(new byte[24]));
        var longer = WebhookSecret.Parse(Convert.ToBase64String(new byte[25]));

        shorter.Equals(longer).Should().BeFalse();
    }

    [Fact]
    public void Nothing_that_holds_a_secret_shows_it_as_text()
    {
        var secret = WebhookSecret.Generate();
        var endpoint = new WebhookEndpoint
        {
            Id = "ep_1",
            TenantId = "default",
            Settings = new EndpointSettings { Url = "https://example.com", EventTypes = ["*"] },
            Version = 1,
            CreatedAt = Now,
            UpdatedAt = Now,
        };
        var endpointSecret = new EndpointSecret(secret, Now, ExpiresAt: null);
        object[] holders =
        [
            secret,
            endpointSecret,
            new CreatedEndpoint(endpoint, secret),
            new EndpointWithSecrets(endpoint, [endpointSecret]),
            new StoredEndpoint(endpoint, $$"""{"secrets":[{"secret":"{{secret.Reveal()}}"}]}"""),
            new CreateEndpointOptions { Secret = secret },
        ];

        holders.Should().OnlyContain(holder => !Shows(holder.ToString()!, secret));
    }

    [Fact]
    public void A_secret_cannot_be_serialised_by_mistake()
    {
        var serialise = () => JsonSerializer.Serialize(new CreateEndpointOptions { Secret = WebhookSecret.Generate() });

        serialise.Should().Throw<InvalidOperationException>();
    }

    private static WebhookValidationException ShouldBeRefused(string text, string rule)
    {
        WebhookSecret.TryParse(text, out _).Should().BeFalse();
        var parse = () => WebhookSecret.Parse(text);
        var exception = parse.Should().Throw<WebhookValidationException>().Which;
        var error = exception.Errors.Should().ContainSingle().Which;
        error.Field.Should().Be("secret");
        error.Rule.Should().Be(rule);
        error.Value.Should().BeNull();

        var key = text.Replace("whsec_", "", StringComparison.Ordinal);
        if (key.Length > 0)
        {
            exception.ToString().Should().NotContain(key);
        }

        return exception;
    }

    /// <summary>Whether any eight characters of the key stand in the text.</summary>
    private static bool Shows(string text, WebhookSecret secret)
    {
        var key = secret.Reveal()[WebhookSecret.Prefix.Length..];
        return Enumerable.Range(0, key.Length - 7).Any(i => text.Contains(key.Substring(i, 8), StringComparison.Ordinal));
    }
}
