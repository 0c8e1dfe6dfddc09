using System.Net;
using Webhooks.Signing;

namespace Webhooks.Interop.Tests;

/// <summary>What we send, the receivers' own libraries accept; with one bit of the body changed on the way, they refuse it.</summary>
[Collection(NodeCollection.Name)]
public sealed class SendingTests(NodeReceivers receivers)
{
    /// <summary>Each scheme with the library of its receivers, and the secret given; null for a generated one.</summary>
    public static TheoryData<string, string, string?> Schemes() => new()
    {
        { "v1", "standardwebhooks", null },
        { "v1", "standardwebhooks", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" },
        { "v1", "svix", null },
        { "svix", "svix", null },
        { "svix", "svix", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD" },
        { "stripe", "stripe", null },
        { "stripe", "stripe", "whsec_a1b2c3d4e5f6_of_another_system" },
        { "github", "@octokit/webhooks-methods", null },
        { "github", "@octokit/webhooks-methods", "It's-a-secret-to-everybody!" },
        { "v1a", "node:crypto", null },
        { "v1a", "node:crypto", "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==" },
    };

    [Theory]
    [MemberData(nameof(Schemes))]
    public async Task The_library_accepts_what_is_sent_and_refuses_it_with_one_bit_changed(string scheme, string library, string? secret)
    {
        await using var sender = await Sender.StartAsync();
        var url = receivers.NewUrl();
        var endpoint = await sender.AddEndpointAsync(url, [scheme], secret is null ? null : WebhookSecret.FromText(secret));
        await NodeReceivers.VerifyWithAsync(url, new Check(library, library, await sender.KeyAsync(endpoint, endpoint.Secret)));

        (await sender.SendAsync()).Status.Should().Be(HttpStatusCode.NoContent);

        foreach (var bit in new[] { 0, 151, -1 })
        {
            sender.FlippedBit = bit;
            var answer = await sender.SendAsync();
            answer.Status.Should().Be(HttpStatusCode.BadRequest);
            answer.Verdicts[library].Should().BeFalse();
        }
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public async Task The_library_refuses_what_is_signed_with_another_key(string scheme, string library, string? secret)
    {
        await using var sender = await Sender.StartAsync();
        var (url, otherUrl) = (receivers.NewUrl(), receivers.NewUrl());
        await sender.AddEndpointAsync(url, [scheme], secret is null ? null : WebhookSecret.FromText(secret));
        var other = await sender.AddEndpointAsync(otherUrl, [scheme]);
        await sender.Endpoints.DisableAsync(other.Endpoint.Id);
        await NodeReceivers.VerifyWithAsync(url, new Check(library, library, await sender.KeyAsync(other, other.Secret)));

        (await sender.SendAsync()).Status.Should().Be(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Several_schemes_sign_one_request_and_each_library_accepts_it()
    {
        await using var sender = await Sender.StartAsync();
        var url = receivers.NewUrl();
        var endpoint = await sender.AddEndpointAsync(url, ["v1", "stripe", "github", "v1a", "svix"]);
        var secret = endpoint.Secret.Reveal();
        var secrets = await sender.Endpoints.GetSecretsAsync(endpoint.Endpoint.Id);
        var privateKey = secrets.Single(own => own.Secret.Kind == WebhookSecretKind.Asymmetric).Secret;
        Check[] checks =
        [
            new("v1", "standardwebhooks", secret),
            new("stripe", "stripe", secret),
            new("github", "@octokit/webhooks-methods", secret),
            new("v1a", "node:crypto", await sender.KeyAsync(endpoint, privateKey)),
            new("svix", "svix", secret),
        ];
        await NodeReceivers.VerifyWithAsync(url, checks);

        (await sender.SendAsync()).Status.Should().Be(HttpStatusCode.NoContent);

        sender.FlippedBit = 77;
        var answer = await sender.SendAsync();
        answer.Verdicts.Keys.Should().BeEquivalentTo(checks.Select(check => check.Name));
        answer.Verdicts.Values.Should().OnlyContain(accepted => !accepted);
    }

    [Fact]
    public async Task A_scheme_with_the_secret_that_its_receiver_has_from_another_system_signs_beside_the_others()
    {
        await using var sender = await Sender.StartAsync();
        var url = receivers.NewUrl();
        var endpoint = await sender.AddEndpointAsync(url, ["v1"]);
        var brought = WebhookSecret.FromText("It's-a-secret-to-everybody!");
        await sender.Endpoints.RotateSecretAsync(endpoint.Endpoint.Id, new() { Scheme = "github", Secret = brought, GracePeriod = TimeSpan.Zero });
        await sender.Endpoints.UpdateAsync(endpoint.Endpoint.Id, endpoint.Endpoint.Settings with { SigningSchemes = ["v1", "github"] });
        await NodeReceivers.VerifyWithAsync(
            url,
            new Check("v1", "standardwebhooks", endpoint.Secret.Reveal()),
            new Check("github", "@octokit/webhooks-methods", brought.Reveal()));

        (await sender.SendAsync()).Status.Should().Be(HttpStatusCode.NoContent);
    }
}
