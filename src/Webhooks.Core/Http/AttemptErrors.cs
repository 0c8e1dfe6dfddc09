using System.Net.Sockets;
using System.Security.Authentication;
using Webhooks.Addresses;
using Webhooks.Dispatching;
using Webhooks.Http.OAuth;

namespace Webhooks.Http;

/// <summary>Turns what a request threw into the classes of the log.</summary>
internal static class AttemptErrors
{
    private const int MaxDescriptionLength = 500;

    public static AttemptError Classify(Exception exception) => exception switch
    {
        ForbiddenAddressException or HttpRequestException { InnerException: ForbiddenAddressException }
            => AttemptError.ForbiddenAddress,
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError }
            or HttpRequestException
            {
                // A name server that does not answer, or knows the name but no address: .NET calls only "not found" by its name.
                InnerException: SocketException { SocketErrorCode: SocketError.TryAgain or SocketError.NoData },
            } => AttemptError.NameResolution,
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => AttemptError.Tls,
        HttpRequestException
        {
            HttpRequestError: HttpRequestError.InvalidResponse
                or HttpRequestError.ConfigurationLimitExceeded
                or HttpRequestError.HttpProtocolError
                or HttpRequestError.VersionNegotiationError,
        } or HttpIOException { HttpRequestError: HttpRequestError.InvalidResponse } => AttemptError.InvalidResponse,
        HttpRequestException { InnerException: AuthenticationException } => AttemptError.Tls,
        HttpRequestException or IOException or SocketException => AttemptError.Connection,
        AccessTokenException => AttemptError.Credentials,
        EndpointPayloadException => AttemptError.Payload,
        TimeoutException or OperationCanceledException { InnerException: TimeoutException } => AttemptError.Timeout,
        _ => AttemptError.Internal,
    };

    /// <summary>Whether no connection was made, so that nothing can have been sent.</summary>
    public static bool IsNoConnection(HttpRequestException exception) =>
        exception is { HttpRequestError: HttpRequestError.ConnectionError, InnerException: SocketException };

    /// <summary>The messages of an exception and its causes, in one line; nothing that a receiver sent.</summary>
    public static string Describe(Exception exception)
    {
        if (exception is HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse }
            or HttpIOException { HttpRequestError: HttpRequestError.InvalidResponse })
        {
            // Its message repeats what came: the greeting of another service on that port, for one.
            return "What came back is not an HTTP response.";
        }

        if ((exception as ForbiddenAddressException ?? exception.InnerException as ForbiddenAddressException) is { } forbidden)
        {
            return Shorten(forbidden.Message);
        }

        var description = $"{exception.GetType().Name}: {exception.Message}";
        if (exception.InnerException is { } cause && !description.Contains(cause.Message, StringComparison.Ordinal))
        {
            description += $" ({cause.GetType().Name}: {cause.Message})";
        }

        return Shorten(description);
    }

    public static string Shorten(string description) =>
        description.Length <= MaxDescriptionLength ? description : description[..MaxDescriptionLength];
}
