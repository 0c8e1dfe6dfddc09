using System.Text;
using System.Text.Json;
using Webhooks.Signing;
using Webhooks.Testing;

namespace Webhooks.Core.Tests.Signing;

public sealed class WebhookVerifierTests
{
    private const string Body = "{\"type\":\"order.paid\",\"data\":{\"total\":12.50,\"name\":\"Zoë\"}}";

    private static readonly DateTimeOffset SentAt = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly WebhookSecret Secret = WebhookSecret.Generate();
    private static readonly WebhookSecret Other = WebhookSecret.Generate();

    private FakeClock _clock = new(SentAt);

    private static SignedRequest Signed => SignedRequest.Create("msg_1", SentAt, Body, Secret);

    private WebhookVerifier Verifier => new(Secret, timeProvider: _clock);

    [Fact]
    public void What_the_library_signs_is_valid() => Verify(Signed).Should().Be(WebhookVerificationFailure.None);

    public static TheoryData<string> Headers() =>
        [StandardWebhooksHeaders.Id, StandardWebhooksHeaders.Timestamp, StandardWebhooksHeaders.Signature];

    [Theory]
    [MemberData(nameof(Headers))]
    public void A_missing_header_is_refused_and_named(string header)
    {
        Verify(Signed.With(header)).Should().Be(WebhookVerificationFailure.HeaderMissing);
        Signed.With(header).ResultOf(Verifier).Header.Should().Be(header);
    }

    [Theory]
    [MemberData(nameof(Headers))]
    public void An_empty_header_is_refused(string header) =>
        Verify(Signed.With(header, "")).Should().Be(WebhookVerificationFailure.HeaderMissing);

    [Theory]
    [MemberData(nameof(Headers))]
    public void A_doubled_header_is_refused_even_when_both_say_the_same(string header)
    {
        var request = Signed;
        var value = header switch
        {
            StandardWebhooksHeaders.Id => request.Id,
            StandardWebhooksHeaders.Timestamp => request.Timestamp,
            _ => request.Signature,
        };

        var found = request.With(header, value, value).ResultOf(Verifier);

        found.Should().Be(new WebhookVerification(WebhookVerificationFailure.HeaderRepeated, header));
    }

    [Fact]
    public void A_result_that_nobody_made_is_not_valid() => default(WebhookVerification).IsValid.Should().BeFalse();

    [Fact]
    public void What_is_valid_comes_with_its_id_and_time() =>
        Signed.ResultOf(Verifier).Should().Be(
            new WebhookVerification(WebhookVerificationFailure.None, Header: null, "msg_1", SentAt));

    [Theory]
    [InlineData("1767323045.5")]
    [InlineData("-1767323045")]
    [InlineData(" 1767323045")]
    [InlineData("0x69573565")]
    [InlineData("2026-01-02T03:04:05Z")]
    [InlineData("99999999999999999999")]
    public void A_timestamp_that_is_not_a_whole_number_of_seconds_is_refused(string timestamp) =>
        Verify(Signed.With(StandardWebhooksHeaders.Timestamp, timestamp)).Should().Be(WebhookVerificationFailure.TimestampInvalid);

    [Theory]
    [InlineData(300, WebhookVerificationFailure.None)]
    [InlineData(301, WebhookVerificationFailure.TimestampTooOld)]
    [InlineData(-300, WebhookVerificationFailure.None)]
    [InlineData(-301, WebhookVerificationFailure.TimestampTooNew)]
    public void Requests_are_accepted_up_to_five_minutes_off_and_no_second_further(int age, WebhookVerificationFailure expected)
    {
        _clock = new FakeClock(SentAt.AddSeconds(age));

        Verify(Signed).Should().Be(expected);
    }

    [Theory]
    [InlineData(10, WebhookVerificationFailure.None)]
    [InlineData(11, WebhookVerificationFailure.TimestampTooOld)]
    [InlineData(-11, WebhookVerificationFailure.TimestampTooNew)]
    public void The_tolerance_is_the_receivers_choice(int age, WebhookVerificationFailure expected)
    {
        _clock = new FakeClock(SentAt.AddSeconds(age));
        var verifier = new WebhookVerifier(Secret, TimeSpan.FromSeconds(10), _clock);

        Signed.VerifyWith(verifier).Should().Be(expected);
    }

    [Fact]
    public void A_replay_with_a_fresh_timestamp_is_refused()
    {
        _clock.Advance(TimeSpan.FromHours(1));
        var fresh = _clock.GetUtcNow().ToUnixTimeSeconds().ToString();

        Verify(Signed.With(StandardWebhooksHeaders.Timestamp, fresh)).Should().Be(WebhookVerificationFailure.SignatureMismatch);
    }

    [Fact]
    public void Another_id_is_refused() =>
        Verify(Signed.With(StandardWebhooksHeaders.Id, "msg_2")).Should().Be(WebhookVerificationFailure.SignatureMismatch);

    [Fact]
    public void Another_secret_is_refused() =>
        Signed.VerifyWith(new WebhookVerifier(Other, timeProvider: _clock)).Should().Be(WebhookVerificationFailure.SignatureMismatch);

    [Fact]
    public void A_truncated_body_is_refused()
    {
        var request = Signed;
        request.Body = request.Body[..^1];

        Verify(request).Should().Be(WebhookVerificationFailure.SignatureMismatch);
    }

    [Fact]
    public void A_body_that_was_parsed_and_serialised_again_is_refused()
    {
        var request = Signed;
        request.Body = JsonSerializer.SerializeToUtf8Bytes(JsonSerializer.Deserialize<Dictionary<string, object>>(Body));

        Encoding.UTF8.GetString(request.Body).Should().NotBe(Body);
        Verify(request).Should().Be(WebhookVerificationFailure.SignatureMismatch);
    }

    [Theory]
    [InlineData(" ")]
    [InlineData("v2,AAAA")]
    [InlineData("v1a,AAAA v0,AAAA")]
    [InlineData("V1,AAAA")]
    [InlineData("nonsense")]
    public void A_header_without_a_signature_of_a_known_version_is_refused(string signatures) =>
        Verify(Signed.With(StandardWebhooksHeaders.Signature, signatures)).Should().Be(WebhookVerificationFailure.SignatureMissing);

    [Theory]
    [InlineData("v1,")]
    [InlineData("v1,AAAA")]
    [InlineData("v1,****************************************************")]
    [InlineData("v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= v2,AAAA")]
    public void A_signature_that_does_not_fit_is_refused(string signatures) =>
        Verify(Signed.With(StandardWebhooksHeaders.Signature, signatures)).Should().Be(WebhookVerificationFailure.SignatureMismatch);

    [Fact]
    public void A_signature_without_its_version_is_refused() =>
        Verify(Signed.With(StandardWebhooksHeaders.Signature, Signed.Signature["v1,".Length..]))
            .Should().Be(WebhookVerificationFailure.SignatureMissing);

    [Theory]
    [InlineData("{0} v1,AAAA")]
    [InlineData("v1,AAAA {0}")]
    [InlineData("v1a,AAAA {0} v2,AAAA")]
    [InlineData("  {0}  ")]
    public void One_fitting_signature_among_others_is_enough(string signatures) =>
        Verify(Signed.With(StandardWebhooksHeaders.Signature, string.Format(signatures, Signed.Signature)))
            .Should().Be(WebhookVerificationFailure.None);

    [Fact]
    public void While_the_sender_rotates_a_receiver_with_either_secret_accepts()
    {
        var request = SignedRequest.Create("msg_1", SentAt, Body, Other, Secret);

        Verify(request).Should().Be(WebhookVerificationFailure.None);
        request.VerifyWith(new WebhookVerifier(Other, timeProvider: _clock)).Should().Be(WebhookVerificationFailure.None);
    }

    [Fact]
    public void While_the_receiver_rotates_it_accepts_a_sender_with_either_secret()
    {
        var verifier = new WebhookVerifier([Other, Secret], timeProvider: _clock);

        Signed.VerifyWith(verifier).Should().Be(WebhookVerificationFailure.None);
        SignedRequest.Create("msg_1", SentAt, Body, Other).VerifyWith(verifier).Should().Be(WebhookVerificationFailure.None);
        SignedRequest.Create("msg_1", SentAt, Body, WebhookSecret.Generate()).VerifyWith(verifier)
            .Should().Be(WebhookVerificationFailure.SignatureMismatch);
    }

    [Fact]
    public void A_verifier_without_a_secret_cannot_be_made() =>
        FluentActions.Invoking(() => new WebhookVerifier([])).Should().Throw<ArgumentException>().WithParameterName("secrets");

    private WebhookVerificationFailure Verify(SignedRequest request) => request.VerifyWith(Verifier);
}
