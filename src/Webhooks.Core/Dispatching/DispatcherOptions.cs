using System.ComponentModel.DataAnnotations;
using Webhooks.Validation;

namespace Webhooks.Dispatching;

/// <summary>How due deliveries are attempted.</summary>
public sealed class DispatcherOptions
{
    /// <summary>Whether this process attempts deliveries. False for a process that only publishes. Default: true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The most attempts at a time of this instance, 1 to 10,000. Default: 256.</summary>
    [Range(1, 10_000)]
    public int MaxConcurrency { get; set; } = 256;

    /// <summary>The most attempts at a time to one endpoint from this instance, 1 to 1,000. Default: 16.</summary>
    [Range(1, 1_000)]
    public int MaxConcurrencyPerEndpoint { get; set; } = 16;

    /// <summary>
    /// The most attempts a second to all endpoints of one tenant together, on all instances, 1 to 10,000. They are spread out
    /// evenly. For limits that differ by tenant, register an <see cref="ITenantRateLimits"/>. Default: none.
    /// </summary>
    [Range(1, RateLimit.MaxCount)]
    public int? MaxRatePerTenant { get; set; }

    /// <summary>The most deliveries that this instance holds in memory, under way or waiting, 1 to 100,000. Default: 2,048.</summary>
    [Range(1, 100_000)]
    public int Capacity { get; set; } = 2_048;

    /// <summary>The most deliveries to one endpoint that wait in memory, 1 to 100,000. Default: 256.</summary>
    [Range(1, 100_000)]
    public int CapacityPerEndpoint { get; set; } = 256;

    /// <summary>The deadline of an attempt, over connect, headers and body: 1 to 60 seconds. Default: 15 seconds.</summary>
    [TimeSpanRange("00:00:01", "00:01:00")]
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long a lease is: after this time the deliveries of a process that died go to another. 10 seconds to 1 hour, and
    /// at least twice the <see cref="AttemptTimeout"/>. Default: 2 minutes.
    /// </summary>
    [TimeSpanRange("00:00:10", "01:00:00")]
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// How often the store is asked for due deliveries when nothing else says that there are some: 1 second to 10 minutes. It
    /// is the net under the wake-ups, and the longest wait for what another process has published. Default: 10 seconds.
    /// </summary>
    [TimeSpanRange("00:00:01", "00:10:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The most bytes of a response's body that are stored: 0 to 64 KiB; with 0 nothing is, so that nobody reads by a webhook what
    /// a service inside says. Default: 16 KiB.
    /// </summary>
    [Range(0, 64 * 1024)]
    public int MaxResponseExcerptBytes { get; set; } = 16 * 1024;

    /// <summary>What has to be left of a lease when an attempt starts, so that its outcome can be recorded before the end.</summary>
    internal TimeSpan ShortestLease => AttemptTimeout * 1.5;
}
