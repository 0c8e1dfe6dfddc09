namespace Webhooks;

/// <summary>
/// The secrets of an endpoint cannot be decrypted. Nothing is lost by it: its deliveries are put back until they can be.
/// </summary>
/// <param name="message">What is wrong and what to do; no key and no secret.</param>
/// <param name="keyId">The id of the key that is needed, if it is known.</param>
/// <param name="innerException">The cause, if another exception is it.</param>
public sealed class WebhookSecretProtectionException(string message, string? keyId = null, Exception? innerException = null)
    : WebhookException(message, innerException)
{
    /// <summary>The id of the key that is needed; null where it is not known.</summary>
    public string? KeyId { get; } = keyId;
}
