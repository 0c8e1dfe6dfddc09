using System.ComponentModel.DataAnnotations;
using Webhooks.Validation;

namespace Webhooks.Dispatching;

/// <summary>When failed attempts are repeated.</summary>
public sealed class RetryOptions
{
    /// <summary>
    /// The wait before each retry, counted from the end of the attempt before; at most 100 waits of 0 to 30 days. Default:
    /// <see cref="RetrySchedule.Default"/>. In configuration a list replaces the default, and an empty list is not seen.
    /// </summary>
    /// <remarks>Null stands for the default, so that a configured list does not add to it.</remarks>
    public IList<TimeSpan>? Delays { get; set; }

    /// <summary>How far a wait is spread to both sides, as a share of it: 0 to 1. Default: 0.2, which is ±20 %.</summary>
    [Range(0.0, 1.0)]
    public double Jitter { get; set; } = 0.2;

    /// <summary>
    /// The longest wait that a receiver's <c>Retry-After</c> (RFC 9110, section 10.2.3) can ask for on 429 and 503: 0 to 30 days.
    /// Until then nothing is sent to the endpoint; with 0 the header is not heeded. Default: 24 hours.
    /// </summary>
    [TimeSpanRange("00:00:00", "30.00:00:00")]
    public TimeSpan MaxRetryAfter { get; set; } = TimeSpan.FromHours(24);
}
