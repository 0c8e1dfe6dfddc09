namespace Webhooks.Replay;

/// <summary>A replay that works in the background, batch by batch, until it is through or canceled. It survives restarts.</summary>
public sealed record ReplayJob
{
    /// <summary>The job's id: <c>rpl_</c> and a time-ordered part, unless the caller chose another.</summary>
    public required string Id { get; init; }

    /// <summary>What it sends. <see cref="ReplayRequest.Until"/> is set.</summary>
    public required ReplayRequest Request { get; init; }

    /// <summary>Where it stands.</summary>
    public ReplayStatus Status { get; init; }

    /// <summary>When it was started.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it came to its end or was canceled; null while it is active.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>
    /// How far it has come: the publishing time of the last message that it has looked at. It goes from
    /// <see cref="ReplayRequest.Since"/> to <see cref="ReplayRequest.Until"/>. Null before its first batch.
    /// </summary>
    public DateTimeOffset? ReachedAt { get; init; }

    /// <summary>How many deliveries it has put into the queue.</summary>
    public long ReplayedCount { get; init; }

    /// <summary>
    /// How many deliveries it would have sent but could not: their endpoint is disabled or was deleted, their message is a
    /// test or has expired, or retention has removed it or its payload.
    /// </summary>
    public long SkippedCount { get; init; }
}
