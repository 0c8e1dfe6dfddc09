using System.ComponentModel.DataAnnotations;
using Webhooks.Validation;

namespace Webhooks.Dispatching;

/// <summary>When attempts to an endpoint that fails are stopped for a while, on all instances.</summary>
/// <remarks>
/// An open circuit spends no attempt of any delivery: they are held, and keep their retries. After each break one delivery is
/// attempted; with its success the others follow.
/// </remarks>
public sealed class CircuitBreakerOptions
{
    /// <summary>Whether circuits open at all. Default: true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// The share of failed attempts that opens an endpoint's circuit, 0.01 to 1. Default: 0.8, because an endpoint that takes a part
    /// of its deliveries gets more of them when it is not stopped.
    /// </summary>
    [Range(0.01, 1.0)]
    public double FailureRatio { get; set; } = 0.8;

    /// <summary>How many attempts there must be in a window before the ratio counts, 1 to 10,000. Default: 20.</summary>
    [Range(1, 10_000)]
    public int MinimumAttempts { get; set; } = 20;

    /// <summary>How long attempts are counted together: 1 second to 1 hour. Default: 1 minute.</summary>
    [TimeSpanRange("00:00:01", "01:00:00")]
    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The shortest break: 1 second to 1 hour. A break is as long as the endpoint has been failing already, so that breaks double.
    /// Default: 30 seconds.
    /// </summary>
    [TimeSpanRange("00:00:01", "01:00:00")]
    public TimeSpan BreakDuration { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest break: 1 second to 1 day, not less than <see cref="BreakDuration"/>. Default: 1 hour.</summary>
    [TimeSpanRange("00:00:01", "1.00:00:00")]
    public TimeSpan MaxBreakDuration { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long a break is.</summary>
    internal TimeSpan BreakAfter(TimeSpan failing) =>
        failing < BreakDuration ? BreakDuration : failing < MaxBreakDuration ? failing : MaxBreakDuration;
}
