using System.Globalization;

namespace Webhooks.AspNetCore.Management.Endpoints;

/// <summary>Times in seconds, as bodies have them.</summary>
internal static class Seconds
{
    /// <summary>More than any setting allows, and well within what a <see cref="TimeSpan"/> holds.</summary>
    private const double Max = 1e9;

    public static TimeSpan ToTime(string field, double seconds) => Math.Abs(seconds) <= Max
        ? TimeSpan.FromSeconds(seconds)
        : throw new WebhookValidationException(
            field, "range", seconds.ToString(CultureInfo.InvariantCulture), "is a number of seconds, far smaller than this one.");
}
