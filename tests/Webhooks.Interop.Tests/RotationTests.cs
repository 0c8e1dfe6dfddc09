using System.Net;
using Webhooks.Endpoints;
using Webhooks.Signing;

namespace Webhooks.Interop.Tests;

/// <summary>While a secret is being rotated, some receivers have the old one and some the new one.</summary>
[Collection(NodeCollection.Name)]
public sealed class RotationTests(NodeReceivers receivers)
{
    /// <summary>The schemes that carry several signatures, with the library of their receivers.</summary>
    public static TheoryData<string, string> SchemesWithSeveralSignatures() => new()
    {
        { "v1", "standardwebhooks" },
        { "svix", "svix" },
        { "stripe", "stripe" },
        { "v1a", "node:crypto" },
    };

    [Theory]
    [MemberData(nameof(SchemesWithSeveralSignatures))]
    public async Task In_the_middle_of_a_rotation_the_library_accepts_with_the_old_secret_and_with_the_new_one(string scheme, string library)
    {
        await using var sender = await Sender.StartAsync();
        var (url, before, after) = await RotateAsync(sender, scheme, TimeSpan.FromHours(1));
        await NodeReceivers.VerifyWithAsync(url, new Check("old", library, before), new Check("new", library, after));

        (await sender.SendAsync()).Status.Should().Be(HttpStatusCode.NoContent);

        sender.FlippedBit = 100;
        (await sender.SendAsync()).Verdicts.Should().Equal(new Dictionary<string, bool> { ["old"] = false, ["new"] = false });
    }

    [Theory]
    [MemberData(nameof(SchemesWithSeveralSignatures))]
    public async Task After_a_rotation_without_grace_the_library_accepts_with_the_new_secret_only(string scheme, string library)
    {
        await using var sender = await Sender.StartAsync();
        var (url, before, after) = await RotateAsync(sender, scheme, TimeSpan.Zero);
        await NodeReceivers.VerifyWithAsync(url, new Check("old", library, before), new Check("new", library, after));

        (await sender.SendAsync()).Verdicts.Should().Equal(new Dictionary<string, bool> { ["old"] = false, ["new"] = true });
    }

    [Fact]
    public async Task Where_the_header_has_room_for_one_signature_the_library_accepts_with_the_new_secret()
    {
        await using var sender = await Sender.StartAsync();
        var (url, before, after) = await RotateAsync(sender, "github", TimeSpan.FromHours(1));
        const string library = "@octokit/webhooks-methods";
        await NodeReceivers.VerifyWithAsync(url, new Check("old", library, before), new Check("new", library, after));

        (await sender.SendAsync()).Verdicts.Should().Equal(new Dictionary<string, bool> { ["old"] = false, ["new"] = true });
    }

    [Fact]
    public async Task In_the_middle_of_several_rotations_every_library_accepts_with_each_secret_that_its_scheme_carries()
    {
        await using var sender = await Sender.StartAsync();
        var url = receivers.NewUrl();
        var endpoint = await sender.AddEndpointAsync(url, ["v1", "stripe", "github"]);
        var first = endpoint.Secret;
        var second = await sender.Endpoints.RotateSecretAsync(endpoint.Endpoint.Id);
        var third = await sender.Endpoints.RotateSecretAsync(endpoint.Endpoint.Id);
        await NodeReceivers.VerifyWithAsync(
            url,
            [
                .. new[] { first, second, third }.SelectMany((secret, i) => new Check[]
                {
                    new($"v1 {i}", "standardwebhooks", secret.Reveal()),
                    new($"stripe {i}", "stripe", secret.Reveal()),
                }),
                new Check("github", "@octokit/webhooks-methods", third.Reveal()),
            ]);

        (await sender.SendAsync()).Status.Should().Be(HttpStatusCode.NoContent);
    }

    /// <summary>Adds an endpoint and rotates its secret.</summary>
    /// <returns>Its URL, and what its receiver was given before and after.</returns>
    private async Task<(string Url, string Before, string After)> RotateAsync(Sender sender, string scheme, TimeSpan gracePeriod)
    {
        var url = receivers.NewUrl();
        var endpoint = await sender.AddEndpointAsync(url, [scheme]);
        var before = await sender.KeyAsync(endpoint, endpoint.Secret);
        var rotated = await sender.Endpoints.RotateSecretAsync(endpoint.Endpoint.Id, new RotateSecretOptions { GracePeriod = gracePeriod });

        // A receiver with a new private key's public key alone: the document of both would also verify with the old one.
        var after = rotated.Kind == WebhookSecretKind.Asymmetric
            ? $$"""{"keys":[{{Ed25519.Ed25519PublicKey.FromSecret(rotated).ToJwk()}}]}"""
            : rotated.Reveal();
        return (url, before, after);
    }
}
