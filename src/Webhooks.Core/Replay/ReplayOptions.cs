using System.ComponentModel.DataAnnotations;
using Webhooks.Validation;

namespace Webhooks.Replay;

/// <summary>The pace of replays, so that what is published now does not wait behind them.</summary>
public sealed class ReplayOptions
{
    /// <summary>The most deliveries that a replay puts into the queue at a time, 1 to 1,000. Default: 100.</summary>
    [Range(1, 1_000)]
    public int BatchSize { get; set; } = 100;

    /// <summary>The least time between two batches of a replay, and of an instance: 100 milliseconds to 1 hour. Default: 1 second.</summary>
    [TimeSpanRange("00:00:00.1", "01:00:00")]
    public TimeSpan BatchInterval { get; set; } = TimeSpan.FromSeconds(1);
}
