namespace Webhooks.Endpoints;

/// <summary>Why an endpoint is paused.</summary>
public enum PauseReason
{
    /// <summary>It has more waiting than it takes: a dispatcher attempts what is held at the endpoint's own pace.</summary>
    Backlog = 0,

    /// <summary>Its receiver asked to be left alone by <c>Retry-After</c> (RFC 9110, section 10.2.3). Nothing is attempted.</summary>
    RetryAfter = 1,

    /// <summary>Its circuit is open, because too many attempts failed. Nothing is attempted.</summary>
    Failing = 2,

    /// <summary>It is ordered, and the delivery that all others wait for is not yet to be attempted again.</summary>
    Retry = 3,
}
