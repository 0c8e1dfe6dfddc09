namespace Webhooks.Signing;

/// <summary>What a signer signs.</summary>
public readonly ref struct SigningContext
{
    /// <summary>Makes one.</summary>
    /// <param name="messageId">The message's id, the same on every attempt.</param>
    /// <param name="timestamp">The attempt's own time.</param>
    /// <param name="payload">The request's body.</param>
    /// <param name="secrets">The endpoint's live secrets that the signer can sign with, the newest first; at least one.</param>
    public SigningContext(
        string messageId, DateTimeOffset timestamp, ReadOnlySpan<byte> payload, ReadOnlySpan<WebhookSecret> secrets)
    {
        MessageId = messageId;
        Timestamp = timestamp;
        Payload = payload;
        Secrets = secrets;
    }

    /// <summary>The message's id, the same on every attempt.</summary>
    public string MessageId { get; }

    /// <summary>The attempt's own time.</summary>
    public DateTimeOffset Timestamp { get; }

    /// <summary>The request's body.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>The endpoint's live secrets that the signer can sign with, the newest first; more than one while a secret is being rotated.</summary>
    public ReadOnlySpan<WebhookSecret> Secrets { get; }
}
