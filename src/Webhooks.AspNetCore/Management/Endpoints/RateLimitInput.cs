using System.ComponentModel;
using Webhooks.Dispatching;

namespace Webhooks.AspNetCore.Management.Endpoints;

/// <summary>A rate limit, as bodies have it.</summary>
internal sealed record RateLimitInput
{
    [Description("How many attempts, 1 to 10,000.")]
    public required int Count { get; init; }

    [Description("In how many seconds, 1 to 86,400. Default: 1.")]
    public double PeriodSeconds { get; init; } = 1;

    public static RateLimitInput? Of(RateLimit? limit) =>
        limit is null ? null : new() { Count = limit.Count, PeriodSeconds = limit.Period.TotalSeconds };

    public RateLimit ToLimit() => new(Count, Seconds.ToTime("rateLimit.periodSeconds", PeriodSeconds));
}
