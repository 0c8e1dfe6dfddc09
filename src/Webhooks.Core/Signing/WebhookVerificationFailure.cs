namespace Webhooks.Signing;

/// <summary>Why a received request was refused: for the receiver's log, not for the sender.</summary>
public enum WebhookVerificationFailure
{
    /// <summary>Nothing was verified: the default value of a result, which nobody accepts by mistake.</summary>
    Unverified = 0,

    /// <summary>The request was not refused: it comes from one who knows a secret, is complete, and, where its time is signed, is recent.</summary>
    None = 1,

    /// <summary>A header of the scheme is missing or empty.</summary>
    HeaderMissing = 2,

    /// <summary>A header of the scheme is there more than once: one of them may be forged.</summary>
    HeaderRepeated = 3,

    /// <summary>The time is not a whole number of seconds.</summary>
    TimestampInvalid = 4,

    /// <summary>The time is further in the past than the tolerance: a replay, a slow network, or a wrong clock.</summary>
    TimestampTooOld = 5,

    /// <summary>The time is further in the future than the tolerance: a wrong clock.</summary>
    TimestampTooNew = 6,

    /// <summary>The signature's header holds no signature of the scheme: another scheme or version, or an empty list.</summary>
    SignatureMissing = 7,

    /// <summary>No signature fits: another secret, another body, or a forgery.</summary>
    SignatureMismatch = 8,
}
