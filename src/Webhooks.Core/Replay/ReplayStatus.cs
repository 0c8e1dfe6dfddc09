namespace Webhooks.Replay;

/// <summary>Where a replay stands.</summary>
public enum ReplayStatus
{
    /// <summary>It is at work, or waits for its turn.</summary>
    Active = 0,

    /// <summary>It has come to its end.</summary>
    Completed = 1,

    /// <summary>It was called off. What it had sent until then stays sent.</summary>
    Canceled = 2,
}
