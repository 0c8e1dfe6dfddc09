namespace Webhooks.Dispatching;

/// <summary>Whether a lane took a delivery.</summary>
internal enum EnqueueResult
{
    /// <summary>It waits in its lane.</summary>
    Accepted,

    /// <summary>Its lane can take no more.</summary>
    LaneFull,

    /// <summary>Its endpoint is being paused.</summary>
    Closed,

    /// <summary>Nothing is taken any more.</summary>
    Stopped,
}
