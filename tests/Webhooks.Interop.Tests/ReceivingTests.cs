using System.Text;
using Webhooks.Ed25519;
using Webhooks.Signing;

namespace Webhooks.Interop.Tests;

/// <summary>What the libraries sign, our verifier accepts; with one bit of the body changed, it refuses it.</summary>
[Collection(NodeCollection.Name)]
public sealed class ReceivingTests(NodeReceivers receivers)
{
    private const string Body = """{"type":"order.created","data":{"customer":"Zoë 李 🚀","total":12.50}}""";

    /// <summary>Each library with a verifier of what it signs.</summary>
    public static TheoryData<string, string> Libraries() => new()
    {
        { "standardwebhooks", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" },
        { "svix", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD" },
        { "stripe", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" },
        { "stripe", "whsec_a1b2c3d4e5f6_of_another_system" },
        { "@octokit/webhooks-methods", "It's-a-secret-to-everybody!" },
        { "@octokit/webhooks-methods", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" },
        { "node:crypto", "whsk_nWGxne/9WmC6hErywySOxERJxWl7MmkZcDusAxyuf2A=" },
        { "node:crypto", "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==" },
    };

    [Theory]
    [MemberData(nameof(Libraries))]
    public async Task What_the_library_signs_is_accepted_and_refused_with_one_bit_changed(string library, string secret)
    {
        var verifier = CreateVerifier(library, WebhookSecret.FromText(secret));
        var headers = await receivers.SignAsync(library, secret, "msg_1", TimeProvider.System.GetUtcNow(), Body);
        var body = Encoding.UTF8.GetBytes(Body);

        Verify().Should().Be(WebhookVerificationFailure.None);

        for (var bit = 0; bit < body.Length * 8; bit += 7)
        {
            body[bit / 8] ^= (byte)(1 << (bit % 8));
            Verify().Should().Be(WebhookVerificationFailure.SignatureMismatch, "bit {0} is another", bit);
            body[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        WebhookVerificationFailure Verify() =>
            verifier.Verify(name => headers.TryGetValue(name, out var value) ? [value] : [], body).Failure;
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public async Task What_the_library_signed_long_ago_is_refused_where_it_signs_the_time(string library, string secret)
    {
        var verifier = CreateVerifier(library, WebhookSecret.FromText(secret));
        var headers = await receivers.SignAsync(library, secret, "msg_1", TimeProvider.System.GetUtcNow().AddMinutes(-10), Body);

        var verification = verifier.Verify(name => headers.TryGetValue(name, out var value) ? [value] : [], Encoding.UTF8.GetBytes(Body));

        verification.Failure.Should().Be(library == "@octokit/webhooks-methods"
            ? WebhookVerificationFailure.None
            : WebhookVerificationFailure.TimestampTooOld);
    }

    private static WebhookVerifier CreateVerifier(string library, WebhookSecret secret) => library switch
    {
        "standardwebhooks" => new WebhookVerifier(secret),
        "svix" => new WebhookVerifier(SigningScheme.Svix, [secret]),
        "stripe" => new WebhookVerifier(SigningScheme.Stripe, [secret]),
        "node:crypto" => new WebhookVerifier(Ed25519Scheme.StandardWebhooks, [Ed25519PublicKey.FromSecret(secret)]),
        _ => new WebhookVerifier(SigningScheme.GitHub, [secret]),
    };
}
