namespace Webhooks.Signing;

/// <summary>What <see cref="WebhookVerifier"/> found.</summary>
public enum WebhookVerification
{
    /// <summary>The request comes from one who knows the secret, is complete, and is recent.</summary>
    Valid = 0,

    /// <summary>The id header is missing, empty, or there more than once.</summary>
    InvalidId = 1,

    /// <summary>The timestamp header is missing, there more than once, or not a number of seconds.</summary>
    InvalidTimestamp = 2,

    /// <summary>The timestamp is further in the past than the tolerance: a replay, a slow network, or a wrong clock.</summary>
    TimestampTooOld = 3,

    /// <summary>The timestamp is further in the future than the tolerance: a wrong clock.</summary>
    TimestampTooNew = 4,

    /// <summary>The signature header is missing, there more than once, or holds no signature of a known version.</summary>
    NoSignature = 5,

    /// <summary>No signature fits: another secret, another body, or a forgery.</summary>
    SignatureMismatch = 6,
}
