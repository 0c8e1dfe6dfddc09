namespace Webhooks.Dispatching;

/// <summary>Why an attempt failed, in classes that an operator can act on.</summary>
public enum AttemptError
{
    /// <summary>It did not fail.</summary>
    None = 0,

    /// <summary>The receiver answered with a status code other than 2xx; redirects are not followed and count too.</summary>
    Status = 1,

    /// <summary>Connect, headers and body were not done within the attempt's deadline.</summary>
    Timeout = 2,

    /// <summary>The host name has no address.</summary>
    NameResolution = 3,

    /// <summary>No connection could be made, or it broke before the answer was complete.</summary>
    Connection = 4,

    /// <summary>The TLS handshake failed: certificate, protocol version or cipher.</summary>
    Tls = 5,

    /// <summary>What came back is not HTTP, or is more than the limits allow.</summary>
    InvalidResponse = 6,

    /// <summary>Anything else on the sender's side, such as a signer that threw. The message of the attempt says what.</summary>
    Internal = 7,

    /// <summary>
    /// The address rules forbid where the URL leads; nothing was sent. It is retried like any failure, because what a name leads
    /// to can change. The message of the attempt says which rule.
    /// </summary>
    ForbiddenAddress = 8,

    /// <summary>No access token could be got for the endpoint (RFC 6749, section 4.4); nothing was sent to its receiver.</summary>
    Credentials = 9,

    /// <summary>
    /// The payload could not be made in the version that the endpoint gets; nothing was sent. The message of the attempt says why.
    /// </summary>
    Payload = 10,

    /// <summary>
    /// The process that was to send it was lost, or stopped while it did: the receiver may have got it or not. Only where it is sent at
    /// most once, as events of some types (<see cref="Microsoft.Extensions.DependencyInjection.EventTypeBuilderExtensions.AtMostOnce"/>) and
    /// tests of endpoints are; others are sent again.
    /// </summary>
    Interrupted = 11,

    /// <summary>
    /// What the endpoint's transformation or projection makes of the payload could not be made, or the transformation has canceled the delivery
    /// (<see cref="CancelReason.Transformation"/>); nothing was sent. The message of the attempt says which; the host's log says more.
    /// </summary>
    Transformation = 12,
}
