using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Endpoints;
using Webhooks.Secrets;
using Webhooks.Signing;

namespace Webhooks.Ed25519.Tests;

/// <summary>Endpoints whose requests are signed by private keys: alone, beside <c>v1</c>, and while a key is being rotated.</summary>
public sealed class EndpointKeyTests
{
    private static readonly string[] Both = ["v1", "v1a"];
    private static readonly string[] Asymmetric = ["v1a"];

    [Fact]
    public async Task An_endpoint_of_the_scheme_gets_a_private_key_and_its_public_key_verifies()
    {
        await using var host = await TestHost.StartAsync();
        var created = await host.AddEndpointAsync(Asymmetric);

        var request = await host.SendAsync();

        created.Secret.Reveal().Should().StartWith("whsk_");
        var keys = (await host.PublicKeys.GetAsync(created.Endpoint.Id)).Keys;
        keys.Should().Equal(Ed25519PublicKey.FromSecret(created.Secret));
        request.Versions.Should().Equal("v1a");
        request.IsAcceptedWith(host.Clock, keys[0]).Should().BeTrue();
        (request with { Body = [.. request.Body, 32] }).IsAcceptedWith(host.Clock, keys[0]).Should().BeFalse();
    }

    [Fact]
    public async Task The_application_can_choose_the_scheme_for_all_endpoints()
    {
        await using var host = await TestHost.StartAsync(webhooks => webhooks.Configure(options => options.Signing.Default = ["v1a"]));
        var created = await host.AddEndpointAsync(schemes: null);

        (await host.SendAsync()).IsAcceptedWith(host.Clock, Ed25519PublicKey.FromSecret(created.Secret)).Should().BeTrue();
    }

    [Fact]
    public async Task With_both_schemes_one_header_holds_both_signatures()
    {
        await using var host = await TestHost.StartAsync();
        var created = await host.AddEndpointAsync(Both);

        var request = await host.SendAsync();

        request.Versions.Should().Equal("v1", "v1a");
        request.IsAcceptedWith(host.Clock, created.Secret).Should().BeTrue();
        request.IsAcceptedWith(host.Clock, await KeysAsync(host, created)).Should().BeTrue();
    }

    [Fact]
    public async Task An_endpoint_of_v1_moves_over_once_it_has_a_private_key()
    {
        await using var host = await TestHost.StartAsync();
        var created = await host.AddEndpointAsync(["v1"]);
        var both = created.Endpoint.Settings with { SigningSchemes = Both };
        await FluentActions.Awaiting(() => host.Endpoints.UpdateAsync(created.Endpoint.Id, both)).Should().ThrowAsync<WebhookValidationException>();

        var key = await host.Endpoints.RotateSecretAsync(created.Endpoint.Id, new RotateSecretOptions { Scheme = "v1a" });
        await host.Endpoints.UpdateAsync(created.Endpoint.Id, both);

        var request = await host.SendAsync();
        request.Versions.Should().Equal("v1", "v1a");
        request.IsAcceptedWith(host.Clock, created.Secret).Should().BeTrue();
        request.IsAcceptedWith(host.Clock, Ed25519PublicKey.FromSecret(key)).Should().BeTrue();
    }

    [Fact]
    public async Task While_a_key_is_rotated_both_sign_and_both_are_shown_and_then_the_new_one_only()
    {
        await using var host = await TestHost.StartAsync();
        var created = await host.AddEndpointAsync(Both);
        var old = (await KeysAsync(host, created)).Single();

        var rotated = await host.Endpoints.RotateSecretAsync(
            created.Endpoint.Id, new RotateSecretOptions { Scheme = "v1a", GracePeriod = TimeSpan.FromHours(1) });

        var current = Ed25519PublicKey.FromSecret(rotated);
        (await KeysAsync(host, created)).Should().Equal(current, old);
        var request = await host.SendAsync();
        request.Versions.Should().Equal("v1", "v1a", "v1a");
        request.IsAcceptedWith(host.Clock, old).Should().BeTrue();
        request.IsAcceptedWith(host.Clock, current).Should().BeTrue();

        host.Clock.Advance(TimeSpan.FromHours(1));

        (await KeysAsync(host, created)).Should().Equal(current);
        request = await host.SendAsync();
        request.Versions.Should().Equal("v1", "v1a");
        request.IsAcceptedWith(host.Clock, old).Should().BeFalse();
        request.IsAcceptedWith(host.Clock, current).Should().BeTrue();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("v1a")]
    public async Task A_key_that_has_become_known_is_shown_no_more_after_a_rotation_without_grace(string? scheme)
    {
        await using var host = await TestHost.StartAsync();
        var created = await host.AddEndpointAsync(Asymmetric);

        var rotated = await host.Endpoints.RotateSecretAsync(
            created.Endpoint.Id, new RotateSecretOptions { Scheme = scheme, GracePeriod = TimeSpan.Zero });

        (await KeysAsync(host, created)).Should().Equal(Ed25519PublicKey.FromSecret(rotated));
        (await host.SendAsync()).Versions.Should().Equal("v1a");
    }

    [Theory]
    [InlineData(Keys.Seed)]
    [InlineData(Keys.Seed + Keys.Public)]
    public async Task A_key_of_another_system_can_be_given_in_both_forms(string hex)
    {
        await using var host = await TestHost.StartAsync();
        var secret = WebhookSecret.Parse(Keys.Secret(hex).Reveal());

        var created = await host.AddEndpointAsync(Asymmetric, new CreateEndpointOptions { Secret = secret });

        (await KeysAsync(host, created)).Should().Equal(Keys.PublicKey(Keys.Public));
        (await host.SendAsync()).IsAcceptedWith(host.Clock, Keys.PublicKey(Keys.Public)).Should().BeTrue();
    }

    [Fact]
    public async Task A_key_whose_public_half_belongs_to_another_seed_is_refused_and_changes_nothing()
    {
        await using var host = await TestHost.StartAsync();
        var wrong = Keys.Secret(Keys.Seed + "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
        var created = await host.AddEndpointAsync(Asymmetric);
        var before = await KeysAsync(host, created);

        var create = FluentActions.Awaiting(() => host.AddEndpointAsync(
            Asymmetric, new CreateEndpointOptions { EndpointId = "ep_wrong", Secret = wrong }));
        var rotate = FluentActions.Awaiting(() => host.Endpoints.RotateSecretAsync(
            created.Endpoint.Id, new RotateSecretOptions { Secret = wrong }));

        await create.Should().ThrowAsync<WebhookValidationException>().WithMessage("secret: *public key*another seed*");
        await rotate.Should().ThrowAsync<WebhookValidationException>().WithMessage("secret: *public key*another seed*");
        (await host.Endpoints.GetAsync("ep_wrong")).Should().BeNull();
        (await KeysAsync(host, created)).Should().Equal(before);
    }

    [Fact]
    public async Task A_symmetric_secret_is_none_for_the_scheme()
    {
        await using var host = await TestHost.StartAsync();

        var create = FluentActions.Awaiting(() => host.AddEndpointAsync(
            Asymmetric, new CreateEndpointOptions { Secret = WebhookSecret.Generate() }));

        await create.Should().ThrowAsync<WebhookValidationException>().WithMessage("secret: *'v1a' cannot sign with*");
    }

    [Fact]
    public async Task Keys_sign_when_secrets_are_encrypted_at_rest()
    {
        await using var host = await TestHost.StartAsync(webhooks => webhooks
            .ProtectSecrets(new SecretProtectionKey("k1", RandomNumberGenerator.GetBytes(32))));
        var created = await host.AddEndpointAsync(Both);

        (await host.SendAsync()).IsAcceptedWith(host.Clock, await KeysAsync(host, created)).Should().BeTrue();
    }

    private static async Task<Ed25519PublicKey[]> KeysAsync(TestHost host, CreatedEndpoint created) =>
        [.. (await host.PublicKeys.GetAsync(created.Endpoint.Id)).Keys];
}
