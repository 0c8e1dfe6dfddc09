namespace Webhooks.Http;

/// <summary>A payload could not be made for an endpoint.</summary>
internal sealed class EndpointPayloadException(string message, Exception? innerException = null) : Exception(message, innerException);
