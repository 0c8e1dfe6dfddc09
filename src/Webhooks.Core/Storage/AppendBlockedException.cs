namespace Webhooks.Storage;

/// <summary>
/// A transaction that is still open holds the id or event id of one of the messages of an append, so that the store cannot
/// know yet whether it is a duplicate. Nothing was stored; the same append can be made again. For adapter authors.
/// </summary>
/// <remarks>
/// A store throws it instead of waiting for long, because other publishers' messages are in the same append. The publisher
/// then waits for the messages of each call alone.
/// </remarks>
/// <param name="message">What is held by whom.</param>
/// <param name="innerException">The cause, if another exception is it.</param>
public sealed class AppendBlockedException(string message, Exception? innerException = null)
    : WebhookException(message, innerException);
