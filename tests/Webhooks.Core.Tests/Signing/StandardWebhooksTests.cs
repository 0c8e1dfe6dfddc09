using Webhooks.Signing;

namespace Webhooks.Core.Tests.Signing;

public sealed class StandardWebhooksTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    [Fact]
    public void There_is_one_signature_for_each_live_secret_in_their_order()
    {
        var newest = WebhookSecret.Generate();
        var old = WebhookSecret.Generate();

        var both = SignedRequest.Create("msg_1", Now, "{}", newest, old).Signature;

        both.Should().Be(
            SignedRequest.Create("msg_1", Now, "{}", newest).Signature
            + " "
            + SignedRequest.Create("msg_1", Now, "{}", old).Signature);
    }

    [Fact]
    public void Signatures_of_many_secrets_are_separated_by_one_space_each()
    {
        var secrets = Enumerable.Range(0, 20).Select(_ => WebhookSecret.Generate()).ToArray();

        var signatures = SignedRequest.Create("msg_1", Now, "{}", secrets).Signature.Split(' ');

        signatures.Should().HaveCount(20).And.OnlyContain(signature => signature.StartsWith("v1,") && signature.Length == 47);
    }

    [Fact]
    public void The_timestamp_is_the_attempts_in_whole_seconds() =>
        SignedRequest.Create("msg_1", Now, "{}", WebhookSecret.Generate()).Timestamp.Should().Be("1767323045");

    [Fact]
    public void The_signer_names_the_headers_that_it_sets()
    {
        using var request = new HttpRequestMessage();
        var signer = new SchemeSigner(SigningSchemeNames.StandardWebhooks, SigningScheme.StandardWebhooks);

        signer.Sign(new SigningContext("msg_1", Now, "{}"u8, [WebhookSecret.Generate()]), request.Headers);

        request.Headers.Select(header => header.Key).Should().Equal(signer.HeaderNames);
    }
}
