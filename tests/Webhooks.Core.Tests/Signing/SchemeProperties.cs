using FsCheck;
using FsCheck.Fluent;
using Webhooks.Signing;
using Webhooks.Testing;

namespace Webhooks.Core.Tests.Signing;

/// <summary>What holds for every scheme that keeps the rules.</summary>
public sealed class SchemeProperties
{
    private static readonly DateTimeOffset SentAt = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly FakeClock Clock = new(SentAt);
    private static readonly WebhookSecret Secret = WebhookSecret.Generate();

    private static readonly Gen<SigningScheme> AnyScheme =
        from content in Gen.Elements(
            "{body}", "{timestamp}{body}", "v0:{timestamp}:{body}", "{id}.{timestamp}.{body}", "{timestamp}{id}{body}", "{id}|{body}")
        from idHeader in Gen.Elements(null, "X-Id")
        from timestampHeader in Gen.Elements(null, "X-Time")
        from timestampPrefix in Gen.Elements(null, "t=", "v1", "t", "s=;", "a")
        from signaturePrefix in Gen.Elements("", "v1,", "v1=", "sha256=", "t", "a=b ", "x;")
        from separator in Gen.Elements<char?>(null, ' ', ',', ';')
        from hash in Gen.Elements(Enum.GetValues<SignatureHash>())
        from encoding in Gen.Elements(Enum.GetValues<SignatureEncoding>())
        from key in Gen.Elements(Enum.GetValues<SignatureKeyForm>())
        select new SigningScheme
        {
            SignatureHeader = "X-Signature",
            IdHeader = idHeader,
            TimestampHeader = timestampHeader,
            SignedContent = content,
            TimestampPrefix = timestampPrefix,
            SignaturePrefix = signaturePrefix,
            Separator = separator,
            Hash = hash,
            Encoding = encoding,
            Key = key,
        };

    private static readonly Arbitrary<SigningScheme> Schemes =
        AnyScheme.Where(scheme => !SigningSchemeRules.FindProblems(scheme).Any()).ToArbitrary();

    private static readonly Arbitrary<byte[]> Bodies = ArbMap.Default.GeneratorFor<byte[]>().ToArbitrary();

    private static readonly Arbitrary<int> Numbers = Gen.Choose(0, int.MaxValue).ToArbitrary();

    private static readonly string[] Headers = ["X-Id", "X-Time", "X-Signature"];

    [Fact]
    public void Whatever_a_valid_scheme_signs_verifies_with_any_of_its_secrets() =>
        Prop.ForAll(Schemes, Bodies, Gen.Choose(1, 5).ToArbitrary(), (scheme, body, count) =>
        {
            var secrets = Enumerable.Range(0, count).Select(_ => WebhookSecret.Generate()).ToArray();
            var request = SignedRequest.Create(scheme, "msg_1", SentAt, body, secrets);
            var signed = scheme.Separator is null ? secrets[..1] : secrets;
            return signed.All(secret => Verify(scheme, request, secret) == WebhookVerificationFailure.None);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    [Fact]
    public void Any_flipped_bit_of_the_body_is_refused() =>
        Prop.ForAll(Schemes, Bodies, Numbers, (scheme, body, position) =>
        {
            var request = SignedRequest.Create(scheme, "msg_1", SentAt, [.. body, 0], Secret);
            var bit = position % (request.Body.Length * 8);
            request.Body = [.. request.Body];
            request.Body[bit / 8] ^= (byte)(1 << (bit % 8));
            return Verify(scheme, request, Secret) == WebhookVerificationFailure.SignatureMismatch;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    [Fact]
    public void Any_other_character_in_a_signed_header_is_refused() =>
        Prop.ForAll(Schemes, Numbers, Gen.Choose(' ', '~').ToArbitrary(), (scheme, position, character) =>
        {
            var request = SignedRequest.Create(scheme, "msg_1", SentAt, [1, 2, 3], Secret);
            var changed = true;
            foreach (var header in SignedHeaders(scheme))
            {
                var value = request.Header(header);
                var at = position % value.Length;
                if (value[at] != character)
                {
                    request.With(header, value[..at] + (char)character + value[(at + 1)..]);
                    changed &= Verify(scheme, request, Secret) != WebhookVerificationFailure.None;
                    request.With(header, value);
                }
            }

            return changed;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3_000));

    [Fact]
    public void No_header_of_any_scheme_makes_the_verifier_throw_or_accept_what_nobody_signed() =>
        Prop.ForAll(Schemes, ArbMap.Default.ArbFor<string?[]>(), Numbers, (scheme, values, which) =>
        {
            var header = Headers[which % Headers.Length];
            string?[] spelled = [.. values.Select(value => (which % 4) switch
            {
                0 => scheme.SignaturePrefix + value,
                1 => scheme.TimestampPrefix + value + scheme.Separator + scheme.SignaturePrefix + value,
                2 => scheme.TimestampPrefix + SentAt.ToUnixTimeSeconds() + scheme.Separator + scheme.SignaturePrefix + value,
                _ => value,
            })];
            var request = SignedRequest.Create(scheme, "msg_1", SentAt, [1, 2, 3], WebhookSecret.Generate());
            request.With(header, spelled!);
            return Verify(scheme, request, Secret) != WebhookVerificationFailure.None;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3_000));

    private static IEnumerable<string> SignedHeaders(SigningScheme scheme)
    {
        var isTimeSigned = scheme.SignedContent.Contains("{timestamp}", StringComparison.Ordinal);
        if (scheme.SignedContent.Contains("{id}", StringComparison.Ordinal))
        {
            yield return "X-Id";
        }

        if (isTimeSigned && scheme.TimestampPrefix is null)
        {
            yield return "X-Time";
        }

        if (isTimeSigned || scheme.TimestampPrefix is null)
        {
            yield return "X-Signature";
        }
    }

    private static WebhookVerificationFailure Verify(SigningScheme scheme, SignedRequest request, WebhookSecret secret) =>
        request.VerifyWith(new WebhookVerifier(scheme, [secret], timeProvider: Clock));
}
