namespace Webhooks.Dispatching;

/// <summary>Whether an attempt may be made, now that the endpoint's settings are known.</summary>
internal enum AdmitResult
{
    /// <summary>It may.</summary>
    Admitted,

    /// <summary>Its delivery waits in the lane again: there are too many, or the lane has just got a rate limit.</summary>
    Waiting,

    /// <summary>The endpoint is being paused.</summary>
    Closed,
}
