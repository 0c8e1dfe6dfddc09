namespace Webhooks;

/// <summary>A store cannot be used: damaged, of a newer version, or not reachable. The message says which and what to do.</summary>
/// <param name="message">What is wrong and what to do.</param>
/// <param name="innerException">The cause, if another exception is it.</param>
public sealed class WebhookStoreException(string message, Exception? innerException = null)
    : WebhookException(message, innerException);
