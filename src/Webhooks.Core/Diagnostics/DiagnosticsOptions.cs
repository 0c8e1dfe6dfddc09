using Webhooks.Validation;

namespace Webhooks.Diagnostics;

/// <summary>What operators see, and what receivers see of it.</summary>
public sealed class DiagnosticsOptions
{
    /// <summary>
    /// How long a delivery may be due before <see cref="WebhooksHealthCheck"/> reports
    /// <see cref="Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Degraded"/>: 1 second to 1 day. Default: 5 minutes.
    /// </summary>
    [TimeSpanRange("00:00:01", "1.00:00:00")]
    public TimeSpan MaxDueAge { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Whether attempts carry the <c>traceparent</c> header (W3C Trace Context, section 3.2), so that receivers can join the trace.
    /// It tells them ids of the host's traces and nothing else. Endpoints cannot set that header, nor <c>tracestate</c>, themselves
    /// then. Default: false.
    /// </summary>
    public bool SendTraceParent { get; set; }
}
