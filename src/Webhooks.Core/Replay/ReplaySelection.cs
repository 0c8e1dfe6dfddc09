namespace Webhooks.Replay;

/// <summary>What a replay sends.</summary>
public enum ReplaySelection
{
    /// <summary>Deliveries that have failed: recovery after an outage of a receiver.</summary>
    Failed = 0,

    /// <summary>Deliveries that have succeeded, for a receiver that lost what it had received.</summary>
    Succeeded = 1,

    /// <summary>Deliveries that were canceled while their endpoint stayed.</summary>
    Canceled = 2,

    /// <summary>
    /// Messages that an endpoint would get if they were published now and has no delivery of: it was created, or began to
    /// subscribe to their event type, after they were published; or it was disabled then.
    /// </summary>
    NeverSent = 3,
}
