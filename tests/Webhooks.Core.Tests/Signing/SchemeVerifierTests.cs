using System.Globalization;
using System.Text;
using System.Text.Json;
using Webhooks.Signing;
using Webhooks.Testing;

namespace Webhooks.Core.Tests.Signing;

/// <summary>Every reason to refuse a request, for every scheme that has it.</summary>
public sealed class SchemeVerifierTests
{
    private const string Body = "{\"type\":\"order.paid\",\"data\":{\"total\":12.50,\"name\":\"Zoë\"}}";
    private const long SentAt = 1767323045;

    private static readonly WebhookSecret Secret = WebhookSecret.Parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    private static readonly WebhookSecret Other = WebhookSecret.Parse("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD");

    private static readonly Dictionary<string, SigningScheme> Schemes = new()
    {
        ["v1"] = SigningScheme.StandardWebhooks,
        ["svix"] = SigningScheme.Svix,
        ["stripe"] = SigningScheme.Stripe,
        ["github"] = SigningScheme.GitHub,
        ["slack"] = SigningScheme.Slack,
        ["shopify"] = SigningScheme.Shopify,
        ["custom"] = SigningScheme.GitHub with { SignatureHeader = "X-Webhook-Signature-256" },
        ["sha512"] = new()
        {
            IdHeader = "X-Id",
            TimestampHeader = "X-Time",
            SignatureHeader = "X-Signature",
            SignedContent = "{timestamp}:{id}:{body}",
            SignaturePrefix = "s=",
            Separator = ';',
            Hash = SignatureHash.Sha512,
            Encoding = SignatureEncoding.Base64,
            Key = SignatureKeyForm.Decoded,
        },
    };

    public static TheoryData<string> All() => new(Schemes.Keys);

    public static TheoryData<string, string> Headers() => Theory(Schemes.SelectMany(scheme =>
        HeadersOf(scheme.Value).Select(header => (scheme.Key, header))));

    public static TheoryData<string> Timed() => new(Schemes.Where(scheme => HasTime(scheme.Value)).Select(scheme => scheme.Key));

    public static TheoryData<string> Prefixed() =>
        new(Schemes.Where(scheme => scheme.Value.SignaturePrefix.Length > 0).Select(scheme => scheme.Key));

    public static TheoryData<string> Lists() =>
        new(Schemes.Where(scheme => scheme.Value.Separator is not null).Select(scheme => scheme.Key));

    public static TheoryData<string> OfOneSignature() =>
        new(Schemes.Where(scheme => scheme.Value.Separator is null).Select(scheme => scheme.Key));

    [Theory]
    [MemberData(nameof(All))]
    public void What_the_library_signs_is_valid_and_comes_with_its_id_and_time(string scheme) =>
        Signed(scheme).ResultOf(Verifier(scheme)).Should().Be(new WebhookVerification(
            WebhookVerificationFailure.None,
            Header: null,
            Schemes[scheme].IdHeader is null ? null : "msg_1",
            HasTime(Schemes[scheme]) ? DateTimeOffset.FromUnixTimeSeconds(SentAt) : null));

    [Theory]
    [MemberData(nameof(Headers))]
    public void A_missing_header_is_refused_and_named(string scheme, string header) =>
        Signed(scheme).With(header).ResultOf(Verifier(scheme))
            .Should().Be(new WebhookVerification(WebhookVerificationFailure.HeaderMissing, header));

    [Theory]
    [MemberData(nameof(Headers))]
    public void An_empty_header_is_refused_and_named(string scheme, string header) =>
        Signed(scheme).With(header, "").ResultOf(Verifier(scheme))
            .Should().Be(new WebhookVerification(WebhookVerificationFailure.HeaderMissing, header));

    [Theory]
    [MemberData(nameof(Headers))]
    public void A_doubled_header_is_refused_and_named_even_when_both_say_the_same(string scheme, string header)
    {
        var value = Signed(scheme).Header(header);

        Signed(scheme).With(header, value, value).ResultOf(Verifier(scheme))
            .Should().Be(new WebhookVerification(WebhookVerificationFailure.HeaderRepeated, header));
    }

    [Theory]
    [MemberData(nameof(Timed))]
    public void Requests_are_accepted_up_to_the_tolerance_and_no_second_further(string scheme)
    {
        Verify(scheme, Signed(scheme), age: 300).Should().Be(WebhookVerificationFailure.None);
        Verify(scheme, Signed(scheme), age: 301).Should().Be(WebhookVerificationFailure.TimestampTooOld);
        Verify(scheme, Signed(scheme), age: -300).Should().Be(WebhookVerificationFailure.None);
        Verify(scheme, Signed(scheme), age: -301).Should().Be(WebhookVerificationFailure.TimestampTooNew);
    }

    [Theory]
    [MemberData(nameof(Timed))]
    public void Another_time_than_the_signed_one_is_refused(string scheme) =>
        Verify(scheme, AtTime(scheme, "1767323046")).Should().Be(WebhookVerificationFailure.SignatureMismatch);

    [Theory]
    [MemberData(nameof(Timed))]
    public void A_time_that_is_not_the_one_text_of_a_whole_number_of_seconds_is_refused(string scheme)
    {
        string[] texts =
        [
            "now", "-1", "+1767323045", "01767323045", "1767323045.0", "1767323045\0", "1767323045\u00A0", "１７６７３２３０４５",
            "1767323045e0", "253402300800", "9223372036854775807", "9223372036854775808",
        ];

        texts.Should().OnlyContain(text => Verify(scheme, AtTime(scheme, text)) == WebhookVerificationFailure.TimestampInvalid);
    }

    [Fact]
    public void No_time_is_beyond_a_boundless_tolerance_but_one_that_is_none_is_still_refused()
    {
        var verifier = new WebhookVerifier(SigningScheme.Slack, [Secret], TimeSpan.MaxValue, new FakeClock(At(SentAt)));

        Signed("slack").VerifyWith(verifier).Should().Be(WebhookVerificationFailure.None);
        AtTime("slack", "0").VerifyWith(verifier).Should().Be(WebhookVerificationFailure.SignatureMismatch);
        AtTime("slack", "253402300799").VerifyWith(verifier).Should().Be(WebhookVerificationFailure.SignatureMismatch);
        AtTime("slack", "253402300800").VerifyWith(verifier).Should().Be(WebhookVerificationFailure.TimestampInvalid);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Another_secret_is_refused(string scheme) =>
        Signed(scheme).VerifyWith(Verifier(scheme, Other)).Should().Be(WebhookVerificationFailure.SignatureMismatch);

    [Theory]
    [MemberData(nameof(All))]
    public void A_truncated_a_longer_and_an_empty_body_are_refused(string scheme)
    {
        foreach (var body in new[] { Body[..^1], Body + " ", "" })
        {
            Verify(scheme, With(scheme, body)).Should().Be(WebhookVerificationFailure.SignatureMismatch);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_body_that_was_parsed_and_serialised_again_is_refused(string scheme)
    {
        var again = JsonSerializer.Serialize(JsonSerializer.Deserialize<Dictionary<string, object>>(Body));

        again.Should().NotBe(Body);
        Verify(scheme, With(scheme, again)).Should().Be(WebhookVerificationFailure.SignatureMismatch);
    }

    [Theory]
    [MemberData(nameof(Prefixed))]
    public void A_signature_with_another_prefix_or_without_it_is_refused(string scheme)
    {
        var prefix = Schemes[scheme].SignaturePrefix;

        foreach (var other in new[] { "", "v9" + prefix, prefix.ToUpperInvariant() })
        {
            Verify(scheme, Resigned(scheme, signature => signature.Replace(prefix, other, StringComparison.Ordinal)))
                .Should().Be(WebhookVerificationFailure.SignatureMissing, "the prefix is '{0}'", other);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Nothing_after_the_prefix_is_no_signature(string scheme) =>
        Verify(scheme, Resigned(scheme, _ => Schemes[scheme].SignaturePrefix.PadRight(1)))
            .Should().Be(WebhookVerificationFailure.SignatureMismatch);

    [Theory]
    [MemberData(nameof(All))]
    public void A_signature_has_one_spelling(string scheme)
    {
        Func<string, string>[] respell = Schemes[scheme].Encoding == SignatureEncoding.Hex
            ? [text => text.ToUpperInvariant(), text => text[..^1], text => text + "0", text => text + "00", text => "0x" + text]
            : [text => text.TrimEnd('='), text => text + "=", text => "\t" + text, text => text[..^4], text => text + "AAAA"];

        foreach (var change in respell)
        {
            Verify(scheme, Resigned(scheme, signature =>
                Schemes[scheme].SignaturePrefix + change(signature[Schemes[scheme].SignaturePrefix.Length..])))
                .Should().Be(WebhookVerificationFailure.SignatureMismatch);
        }
    }

    [Theory]
    [MemberData(nameof(OfOneSignature))]
    public void A_header_of_one_signature_is_not_a_list(string scheme)
    {
        foreach (var separator in new[] { " ", ",", ";" })
        {
            Verify(scheme, Resigned(scheme, signature => signature + separator + signature))
                .Should().Be(WebhookVerificationFailure.SignatureMismatch);
        }
    }

    [Theory]
    [MemberData(nameof(Lists))]
    public void An_empty_list_is_refused(string scheme)
    {
        var separator = Schemes[scheme].Separator!.Value;

        Verify(scheme, Resigned(scheme, _ => " ")).Should().Be(WebhookVerificationFailure.SignatureMissing);
        Verify(scheme, Resigned(scheme, _ => $"{separator} {separator}")).Should().Be(WebhookVerificationFailure.SignatureMissing);
    }

    [Theory]
    [MemberData(nameof(Lists))]
    public void Unknown_versions_are_passed_over_and_are_not_enough(string scheme)
    {
        var separator = Schemes[scheme].Separator!.Value;

        Verify(scheme, Resigned(scheme, known => $"v9=AAAA{separator}{known}{separator}v0,AAAA"))
            .Should().Be(WebhookVerificationFailure.None);
        Verify(scheme, Resigned(scheme, _ => $"v9=AAAA{separator}v0,AAAA")).Should().Be(WebhookVerificationFailure.SignatureMissing);
    }

    [Theory]
    [MemberData(nameof(Lists))]
    public void Either_side_may_have_several_secrets(string scheme)
    {
        var both = SignedRequest.Create(Schemes[scheme], "msg_1", At(SentAt), Encoding.UTF8.GetBytes(Body), Other, Secret);

        both.VerifyWith(Verifier(scheme, Secret)).Should().Be(WebhookVerificationFailure.None);
        both.VerifyWith(Verifier(scheme, Other)).Should().Be(WebhookVerificationFailure.None);
        Signed(scheme).VerifyWith(Verifier(scheme, Other, Secret)).Should().Be(WebhookVerificationFailure.None);
        both.VerifyWith(Verifier(scheme, WebhookSecret.Generate())).Should().Be(WebhookVerificationFailure.SignatureMismatch);
    }

    [Theory]
    [MemberData(nameof(OfOneSignature))]
    public void A_sender_of_one_signature_uses_its_newest_secret(string scheme)
    {
        var both = SignedRequest.Create(Schemes[scheme], "msg_1", At(SentAt), Encoding.UTF8.GetBytes(Body), Other, Secret);

        both.VerifyWith(Verifier(scheme, Secret)).Should().Be(WebhookVerificationFailure.SignatureMismatch);
        both.VerifyWith(Verifier(scheme, Secret, Other)).Should().Be(WebhookVerificationFailure.None);
    }

    [Theory]
    [MemberData(nameof(Lists))]
    public void No_more_than_16_signatures_are_looked_at(string scheme)
    {
        Verify(scheme, Resigned(scheme, known => After(15, known))).Should().Be(WebhookVerificationFailure.None);
        Verify(scheme, Resigned(scheme, known => After(16, known))).Should().Be(WebhookVerificationFailure.SignatureMismatch);

        string After(int count, string known) => string.Join(
            Schemes[scheme].Separator!.Value, Enumerable.Repeat(Schemes[scheme].SignaturePrefix + "AAAA", count).Append(known));
    }

    [Theory]
    [InlineData("{1}", WebhookVerificationFailure.TimestampInvalid)]
    [InlineData("t=,{1}", WebhookVerificationFailure.TimestampInvalid)]
    [InlineData("{0},{0},{1}", WebhookVerificationFailure.TimestampInvalid)]
    [InlineData("{0},{1},t=1767323046", WebhookVerificationFailure.TimestampInvalid)]
    [InlineData("T=1767323045,{1}", WebhookVerificationFailure.TimestampInvalid)]
    [InlineData("{0}", WebhookVerificationFailure.SignatureMissing)]
    [InlineData("{1},{0}", WebhookVerificationFailure.None)]
    [InlineData("{0}, {1}", WebhookVerificationFailure.None)]
    [InlineData("{0},v0=AAAA,{1}", WebhookVerificationFailure.None)]
    public void A_header_with_its_own_time_has_it_once(string header, WebhookVerificationFailure expected)
    {
        var parts = Signed("stripe").Header("Stripe-Signature").Split(',');

        Verify("stripe", Signed("stripe").With("Stripe-Signature", string.Format(CultureInfo.InvariantCulture, header, parts)))
            .Should().Be(expected);
    }

    [Fact]
    public void A_verifier_is_not_made_from_what_it_cannot_verify_with()
    {
        FluentActions.Invoking(() => new WebhookVerifier(SigningScheme.GitHub, Array.Empty<WebhookSecret>()))
            .Should().Throw<ArgumentException>().WithParameterName("secrets");
        FluentActions.Invoking(() => new WebhookVerifier(SigningScheme.GitHub, Array.Empty<SignatureKey>()))
            .Should().Throw<ArgumentException>().WithParameterName("keys");
        FluentActions.Invoking(() => new WebhookVerifier(
                SigningScheme.StandardWebhooks, [WebhookSecret.FromText("the text of another system")]))
            .Should().Throw<ArgumentException>().WithMessage("*Text secret*").Which.Message.Should().NotContain("another system");
        FluentActions.Invoking(() => new WebhookVerifier(SigningScheme.GitHub with { Hash = (SignatureHash)7 }, [Secret]))
            .Should().Throw<WebhookValidationException>();
        FluentActions.Invoking(() => new WebhookVerifier(SigningScheme.Slack, [Secret], TimeSpan.FromTicks(-1)))
            .Should().Throw<ArgumentOutOfRangeException>().WithParameterName("tolerance");
    }

    private static WebhookVerificationFailure Verify(string scheme, SignedRequest request, long age = 0) => request.VerifyWith(
        new WebhookVerifier(Schemes[scheme], [Secret], timeProvider: new FakeClock(At(SentAt + age))));

    private static WebhookVerifier Verifier(string scheme, params WebhookSecret[] secrets) =>
        new(Schemes[scheme], secrets.Length == 0 ? [Secret] : secrets, timeProvider: new FakeClock(At(SentAt)));

    private static SignedRequest Signed(string scheme) =>
        SignedRequest.Create(Schemes[scheme], "msg_1", At(SentAt), Encoding.UTF8.GetBytes(Body), Secret);

    private static SignedRequest With(string scheme, string body)
    {
        var request = Signed(scheme);
        request.Body = Encoding.UTF8.GetBytes(body);
        return request;
    }

    /// <summary>Replaces the signatures, not the time before them.</summary>
    private static SignedRequest Resigned(string scheme, Func<string, string> change)
    {
        var header = Schemes[scheme].SignatureHeader;
        var value = Signed(scheme).Header(header);
        var time = Schemes[scheme].TimestampPrefix is null ? "" : value[..(value.IndexOf(',', StringComparison.Ordinal) + 1)];
        return Signed(scheme).With(header, time + change(value[time.Length..]));
    }

    private static SignedRequest AtTime(string scheme, string time)
    {
        var (header, request) = (Schemes[scheme].TimestampHeader ?? Schemes[scheme].SignatureHeader, Signed(scheme));
        return request.With(header, request.Header(header).Replace("1767323045", time, StringComparison.Ordinal));
    }

    private static bool HasTime(SigningScheme scheme) => scheme is not { TimestampHeader: null, TimestampPrefix: null };

    private static IEnumerable<string> HeadersOf(SigningScheme scheme) =>
        new[] { scheme.IdHeader, scheme.TimestampHeader, scheme.SignatureHeader }.OfType<string>();

    private static DateTimeOffset At(long timestamp) => DateTimeOffset.FromUnixTimeSeconds(timestamp);

    private static TheoryData<string, string> Theory(IEnumerable<(string Scheme, string Header)> rows)
    {
        var data = new TheoryData<string, string>();
        foreach (var (scheme, header) in rows)
        {
            data.Add(scheme, header);
        }

        return data;
    }
}
