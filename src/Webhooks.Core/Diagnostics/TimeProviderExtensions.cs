namespace Webhooks.Diagnostics;

/// <summary>The one reading of the clock.</summary>
internal static class TimeProviderExtensions
{
    /// <summary>Now, in whole milliseconds: what every store can keep exactly.</summary>
    public static DateTimeOffset GetNow(this TimeProvider timeProvider) => timeProvider.GetUtcNow().TruncateToMilliseconds();

    public static DateTimeOffset TruncateToMilliseconds(this DateTimeOffset time) =>
        DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());
}
