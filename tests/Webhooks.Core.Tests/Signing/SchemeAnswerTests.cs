using System.Text;
using Webhooks.Signing;
using Webhooks.Testing;

namespace Webhooks.Core.Tests.Signing;

/// <summary>Requests of each scheme, byte for byte. Where its inventor documents an example, that is the one.</summary>
public sealed class SchemeAnswerTests
{
    private const string Hello = "Hello, World!";
    private const string Whsec = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private static readonly SigningScheme Cyberun = SigningScheme.GitHub with { SignatureHeader = "X-Webhook-Signature-256" };

    private static readonly SigningScheme Sha512 = new()
    {
        SignatureHeader = "X-Signature", IdHeader = "X-Id", TimestampHeader = "X-Time", SignedContent = "{timestamp}:{id}:{body}",
        Hash = SignatureHash.Sha512, Encoding = SignatureEncoding.Base64, Key = SignatureKeyForm.Decoded, Separator = ';',
    };

    public static TheoryData<string, SigningScheme, string, long, string, string> Answers() => new()
    {
        {
            "svix, as standard-webhooks.json has it", SigningScheme.Svix, Whsec, 1614265330, "{\"test\": 2432232314}",
            "svix-id: msg_p5jXN8AQM9LWM0D4loKWxJek|svix-timestamp: 1614265330|"
                + "svix-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        },
        {
            "GitHub, docs: Validating webhook deliveries", SigningScheme.GitHub, "It's a Secret to Everybody", 0, Hello,
            "X-Hub-Signature-256: sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
        },
        {
            "Cyberun's header", Cyberun, "It's a Secret to Everybody", 0, Hello,
            "X-Webhook-Signature-256: sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
        },
        {
            "Slack, docs: Verifying requests from Slack", SigningScheme.Slack, "8f742231b10e8888abcd99yyyzzz85a5", 1531420618,
            "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar"
                + "&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2F"
                + "hooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
                + "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c",
            "X-Slack-Request-Timestamp: 1531420618|"
                + "X-Slack-Signature: v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
        },
        // These three are computed with Python's hmac.
        { "Stripe", SigningScheme.Stripe, Whsec, 1614265330, Hello, "Stripe-Signature: t=1614265330,v1=1365d621899e54b0a602e08f8cf3a76c45abb0f6ed36bf8bd431fe6cdf7044aa" },
        { "Shopify", SigningScheme.Shopify, "hush hush hush hush", 0, Hello, "X-Shopify-Hmac-Sha256: tyWow6uMX5BF79zijbm8VtGsRWCG0UsgqvsV1L3LTrA=" },
        { "SHA-512", Sha512, Whsec, 1614265330, Hello, "X-Id: msg_p5jXN8AQM9LWM0D4loKWxJek|X-Time: 1614265330|X-Signature: 1qryGXRVSh4a+WKrjXlZsY5VFCu4j/Tr/"
                + "Eosmqhd7v488QVcZCVBBRDoI4CDUsqUX8nL/GfoPKaONzzoZ+JtRA==" },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public void The_signer_gives_the_known_answer(
        string source, SigningScheme scheme, string secret, long timestamp, string body, string expected)
    {
        using var request = new HttpRequestMessage();

        new SchemeSigner("tried", scheme).Sign(
            new SigningContext(
                "msg_p5jXN8AQM9LWM0D4loKWxJek", At(timestamp), Encoding.UTF8.GetBytes(body), [WebhookSecret.FromText(secret)]),
            request.Headers);

        string.Join('|', request.Headers.Select(header => $"{header.Key}: {header.Value.Single()}")).Should().Be(expected, source);
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public void The_verifier_accepts_the_known_answer(
        string source, SigningScheme scheme, string secret, long timestamp, string body, string expected)
    {
        var headers = expected.Split('|').Select(line => line.Split(": ")).ToDictionary(pair => pair[0], pair => pair[1]);
        var verifier = new WebhookVerifier(scheme, [WebhookSecret.FromText(secret)], timeProvider: new FakeClock(At(timestamp)));

        var found = verifier.Verify(name => headers.TryGetValue(name, out var value) ? [value] : [], Encoding.UTF8.GetBytes(body));

        found.IsValid.Should().BeTrue(source);
    }

    private static DateTimeOffset At(long timestamp) => DateTimeOffset.FromUnixTimeSeconds(timestamp);
}
