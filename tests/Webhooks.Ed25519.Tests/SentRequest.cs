using Webhooks.Signing;

namespace Webhooks.Ed25519.Tests;

/// <summary>A request as its receiver gets it.</summary>
internal sealed record SentRequest(Dictionary<string, string[]> Headers, byte[] Body)
{
    /// <summary>The versions of the signatures in the one header that holds them.</summary>
    public IEnumerable<string> Versions =>
        Headers["webhook-signature"].Should().ContainSingle().Which.Split(' ').Select(signature => signature.Split(',')[0]);

    public bool IsAcceptedWith(TimeProvider clock, params Ed25519PublicKey[] keys) =>
        IsAcceptedBy(new WebhookVerifier(Ed25519Scheme.StandardWebhooks, keys, timeProvider: clock));

    public bool IsAcceptedWith(TimeProvider clock, WebhookSecret secret) => IsAcceptedBy(new WebhookVerifier(secret, timeProvider: clock));

    private bool IsAcceptedBy(WebhookVerifier verifier) => verifier.Verify(name => Headers.GetValueOrDefault(name) ?? [], Body).IsValid;
}
