using System.ComponentModel.DataAnnotations;
using Webhooks.Validation;

namespace Webhooks.Replay;

/// <summary>The pace of replays, so that what is published now does not wait behind them.</summary>
public sealed class ReplayOptions
{
    /// <summary>
    /// The most deliveries that a replay puts into the queue at a time, 1 to 1,000: what is published now to the same endpoint waits
    /// behind so many. Default: 20.
    /// </summary>
    [Range(1, 1_000)]
    public int BatchSize { get; set; } = 20;

    /// <summary>The least time between two batches of a replay, and of an instance: 100 milliseconds to 1 hour. Default: 200 milliseconds.</summary>
    [TimeSpanRange("00:00:00.1", "01:00:00")]
    public TimeSpan BatchInterval { get; set; } = TimeSpan.FromMilliseconds(200);
}
