namespace Webhooks.Transformations;

/// <summary>
/// What an endpoint gets could not be made. The message is shown to the endpoint's owner: it repeats nothing of payloads, nor of
/// exceptions, which may.
/// </summary>
internal sealed class TransformationException(string message, Exception? innerException = null) : Exception(message, innerException);
