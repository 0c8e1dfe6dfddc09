using FsCheck;
using FsCheck.Fluent;
using Webhooks.Signing;
using Webhooks.Testing;

namespace Webhooks.Core.Tests.Signing;

/// <summary>What holds for every payload, id and secret.</summary>
public sealed class SigningProperties
{
    private const string Base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";

    private static readonly DateTimeOffset SentAt = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly FakeClock Clock = new(SentAt);

    private static readonly Arbitrary<WebhookSecret> Secrets =
        (from length in Gen.Choose(WebhookSecret.MinKeyBytes, WebhookSecret.MaxKeyBytes)
         from key in Gen.ArrayOf(Gen.Choose(0, 255), length)
         select WebhookSecret.Parse(Convert.ToBase64String([.. key.Select(value => (byte)value)]))).ToArbitrary();

    private static readonly Arbitrary<string> Ids =
        (from length in Gen.Choose(1, 255)
         from id in Gen.ArrayOf(Gen.Elements("ABCxyz019_-".ToCharArray()), length)
         select new string(id)).ToArbitrary();

    private static readonly Arbitrary<byte[]> Payloads =
        Gen.OneOf(ArbMap.Default.GeneratorFor<byte[]>(), Gen.ArrayOf(ArbMap.Default.GeneratorFor<byte>(), 2_000)).ToArbitrary();

    [Fact]
    public void Whatever_is_signed_verifies() =>
        Prop.ForAll(Payloads, Ids, Secrets, (payload, id, secret) =>
            Verify(SignedRequest.Create(id, SentAt, payload, secret), secret) == WebhookVerificationFailure.None)
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Every_flipped_bit_of_the_body_is_noticed() =>
        Prop.ForAll(Payloads, Secrets, Gen.Choose(0, int.MaxValue).ToArbitrary(), (payload, secret, position) =>
        {
            var request = SignedRequest.Create("msg_1", SentAt, [.. payload, 0], secret);
            var bit = position % (request.Body.Length * 8);
            request.Body = [.. request.Body];
            request.Body[bit / 8] ^= (byte)(1 << (bit % 8));
            return Verify(request, secret) == WebhookVerificationFailure.SignatureMismatch;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_other_character_anywhere_in_the_signature_is_noticed()
    {
        var secret = WebhookSecret.Generate();
        var signature = SignedRequest.Create("msg_1", SentAt, "{}", secret).Signature;

        var changed =
            from position in Enumerable.Range("v1,".Length, signature.Length - "v1,".Length)
            from character in Base64
            where signature[position] != character
            select signature[..position] + character + signature[(position + 1)..];

        changed.Should().OnlyContain(forged => Verify(
            SignedRequest.Create("msg_1", SentAt, "{}", secret).With(StandardWebhooksHeaders.Signature, forged),
            secret) == WebhookVerificationFailure.SignatureMismatch);
    }

    [Fact]
    public void No_header_makes_the_verifier_throw_or_accept() =>
        Prop.ForAll<string[], string[], string[]>((id, timestamp, signature) =>
        {
            var secret = WebhookSecret.Generate();
            var request = SignedRequest.Create("msg_1", SentAt, "{}", secret);
            return Verify(Copy().With(StandardWebhooksHeaders.Id, id), secret) != WebhookVerificationFailure.None
                && Verify(Copy().With(StandardWebhooksHeaders.Timestamp, timestamp), secret) != WebhookVerificationFailure.None
                && Verify(Copy().With(StandardWebhooksHeaders.Signature, signature), secret) != WebhookVerificationFailure.None
                && Verify(Copy().With(StandardWebhooksHeaders.Signature, [.. signature.Select(text => "v1," + text)]), secret)
                    != WebhookVerificationFailure.None;

            SignedRequest Copy() => SignedRequest.Create("msg_1", SentAt, "{}", secret);
        }).QuickCheckThrowOnFailure();

    private static WebhookVerificationFailure Verify(SignedRequest request, WebhookSecret secret) =>
        request.VerifyWith(new WebhookVerifier(secret, timeProvider: Clock));
}
