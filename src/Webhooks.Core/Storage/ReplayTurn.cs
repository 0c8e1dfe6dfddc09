namespace Webhooks.Storage;

/// <summary>What <see cref="IReplayStore.RunReplayAsync"/> may do.</summary>
public sealed record ReplayTurn
{
    /// <summary>The time: a replay has its turn when its due time is not later, and what it sends is due now.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The most deliveries that it puts into the queue, at least 1. All that one message still lacks count as one step.</summary>
    public required int Limit { get; init; }

    /// <summary>The most rows that it looks at; at least 1.</summary>
    public required int ScanLimit { get; init; }

    /// <summary>When the replay is due again, if it has sent something or is blocked.</summary>
    public required DateTimeOffset NextAt { get; init; }

    /// <summary>When it is due again, if it has only looked.</summary>
    public required DateTimeOffset NextScanAt { get; init; }

    /// <summary>A replay that has been blocked by a paused endpoint since this time or before may go past it in this turn.</summary>
    public required DateTimeOffset BlockedBefore { get; init; }
}
