namespace Webhooks.Signing;

/// <summary>What a verifier found.</summary>
/// <param name="Failure">Why the request is refused; <see cref="WebhookVerificationFailure.None"/> for an accepted one.</param>
/// <param name="Header">The header that it was found in, or the signature's; null for an accepted one.</param>
/// <param name="MessageId">The message's id, the same on every attempt; null for a refused request and for schemes without one. Anybody can change it where the scheme does not sign it.</param>
/// <param name="Timestamp">When the attempt was signed; null for a refused request and for schemes without a time.</param>
public readonly record struct WebhookVerification(
    WebhookVerificationFailure Failure,
    string? Header = null,
    string? MessageId = null,
    DateTimeOffset? Timestamp = null)
{
    /// <summary>Whether the request is to be accepted.</summary>
    public bool IsValid => Failure == WebhookVerificationFailure.None;
}
