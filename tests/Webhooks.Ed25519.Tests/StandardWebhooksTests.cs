using System.Text;
using Webhooks.Signing;
using Webhooks.Testing;

namespace Webhooks.Ed25519.Tests;

/// <summary>The answers that other implementations of the scheme <c>v1a</c> are tested with.</summary>
public sealed class StandardWebhooksTests
{
    public static TheoryData<KnownAnswer> Answers() => new(KnownAnswers.Read<KnownAnswer>("standard-webhooks.json"));

    [Theory]
    [MemberData(nameof(Answers))]
    public void The_signer_gives_the_known_answer(KnownAnswer known)
    {
        using var request = new HttpRequestMessage();

        new SchemeSigner("v1a", Ed25519Scheme.StandardWebhooks, new Ed25519Algorithm()).Sign(
            new SigningContext(known.MsgId, known.Time, Encoding.UTF8.GetBytes(known.Payload), [WebhookSecret.Parse(known.Key)]),
            request.Headers);

        request.Headers.GetValues("webhook-id").Should().Equal(known.MsgId);
        request.Headers.GetValues("webhook-timestamp").Should().Equal(known.Timestamp.ToString());
        request.Headers.GetValues("webhook-signature").Should().Equal(known.Expected);
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public void The_private_key_has_the_known_public_key(KnownAnswer known) =>
        Ed25519PublicKey.FromSecret(WebhookSecret.Parse(known.Key)).ToString().Should().Be(known.PublicKey);

    [Theory]
    [MemberData(nameof(Answers))]
    public void The_verifier_accepts_the_known_answer(KnownAnswer known) =>
        Verify(known, known.Payload, known.Expected).IsValid.Should().BeTrue();

    [Theory]
    [MemberData(nameof(Answers))]
    public void The_verifier_accepts_one_good_signature_among_others(KnownAnswer known) =>
        Verify(known, known.Payload, $"v1,c2VjcmV0 v1a,{new string('A', 86)}== {known.Expected}").IsValid.Should().BeTrue();

    [Theory]
    [MemberData(nameof(Answers))]
    public void The_verifier_refuses_another_body(KnownAnswer known) =>
        Verify(known, known.Payload + " ", known.Expected).Failure.Should().Be(WebhookVerificationFailure.SignatureMismatch);

    [Theory]
    [MemberData(nameof(Answers))]
    public void The_verifier_does_not_take_the_signature_for_one_of_v1_or_of_the_wrong_length(KnownAnswer known)
    {
        Verify(known, known.Payload, known.Expected.Replace("v1a,", "v1,", StringComparison.Ordinal))
            .Failure.Should().Be(WebhookVerificationFailure.SignatureMissing);
        Verify(known, known.Payload, "v1a,c2VjcmV0").Failure.Should().Be(WebhookVerificationFailure.SignatureMismatch);
    }

    private static WebhookVerification Verify(KnownAnswer known, string payload, string signatures)
    {
        var verifier = new WebhookVerifier(
            Ed25519Scheme.StandardWebhooks, [Ed25519PublicKey.Parse(known.PublicKey)], timeProvider: new FakeClock(known.Time));
        return verifier.Verify(
            name => name switch
            {
                "webhook-id" => [known.MsgId],
                "webhook-timestamp" => [known.Timestamp.ToString()],
                "webhook-signature" => [signatures],
                _ => [],
            },
            Encoding.UTF8.GetBytes(payload));
    }

    public sealed record KnownAnswer(
        string Source, string Key, string MsgId, long Timestamp, string Payload, string Expected, string PublicKey)
    {
        public DateTimeOffset Time => DateTimeOffset.FromUnixTimeSeconds(Timestamp);

        public override string ToString() => MsgId;
    }
}
