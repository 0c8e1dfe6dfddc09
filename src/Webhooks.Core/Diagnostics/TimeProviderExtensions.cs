namespace Webhooks.Diagnostics;

/// <summary>The one reading of the clock.</summary>
internal static class TimeProviderExtensions
{
    /// <summary>Now, in whole milliseconds: what every store can keep exactly.</summary>
    public static DateTimeOffset GetNow(this TimeProvider timeProvider) => timeProvider.GetUtcNow().TruncateToMilliseconds();

    public static DateTimeOffset TruncateToMilliseconds(this DateTimeOffset time) =>
        DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());

    /// <summary>The first whole millisecond that is not before the time.</summary>
    public static DateTimeOffset RoundUpToMilliseconds(this DateTimeOffset time)
    {
        var truncated = time.TruncateToMilliseconds();
        return truncated < time ? truncated + TimeSpan.FromMilliseconds(1) : truncated;
    }
}
