namespace Webhooks.Http.OAuth;

/// <summary>No access token could be got. The message holds nothing that the token endpoint sent.</summary>
internal sealed class AccessTokenException(string message, Exception? innerException = null) : Exception(message, innerException);
