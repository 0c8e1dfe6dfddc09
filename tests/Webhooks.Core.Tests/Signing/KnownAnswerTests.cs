using System.Text;
using System.Text.Json;
using Webhooks.Signing;
using Webhooks.Testing;

namespace Webhooks.Core.Tests.Signing;

/// <summary>The answers that other implementations of Standard Webhooks and its reference libraries are tested with.</summary>
public sealed class KnownAnswerTests
{
    public static TheoryData<KnownAnswer> KnownAnswers()
    {
        using var file = typeof(KnownAnswerTests).Assembly.GetManifestResourceStream("standard-webhooks.json")!;
        return new(JsonSerializer.Deserialize<KnownAnswer[]>(file, SnakeCase)!);
    }

    private static JsonSerializerOptions SnakeCase { get; } = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    [Theory]
    [MemberData(nameof(KnownAnswers))]
    public void The_signer_gives_the_known_answer(KnownAnswer known)
    {
        var request = SignedRequest.Create(known.MsgId, known.Time, known.Payload, WebhookSecret.Parse(known.Key));

        request.Id.Should().Be(known.MsgId);
        request.Timestamp.Should().Be(known.Timestamp.ToString());
        request.Signature.Should().Be(known.Expected);
    }

    [Theory]
    [MemberData(nameof(KnownAnswers))]
    public void The_verifier_accepts_the_known_answer(KnownAnswer known)
    {
        var verifier = new WebhookVerifier(WebhookSecret.Parse(known.Key), timeProvider: new FakeClock(known.Time));

        var verification = verifier.Verify(
            name => name switch
            {
                "webhook-id" => [known.MsgId],
                "webhook-timestamp" => [known.Timestamp.ToString()],
                "webhook-signature" => [known.Expected],
                _ => [],
            },
            Encoding.UTF8.GetBytes(known.Payload));

        verification.IsValid.Should().BeTrue();
    }

    public sealed record KnownAnswer(string Source, string Key, string MsgId, long Timestamp, string Payload, string Expected)
    {
        public DateTimeOffset Time => DateTimeOffset.FromUnixTimeSeconds(Timestamp);

        public override string ToString() => MsgId;
    }
}
