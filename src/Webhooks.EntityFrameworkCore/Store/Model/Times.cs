namespace Webhooks.EntityFrameworkCore.Store.Model;

/// <summary>Times as rows keep them.</summary>
internal static class Times
{
    public static long ToMilliseconds(this DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    public static DateTimeOffset ToTime(this long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    public static DateTimeOffset? ToTime(this long? milliseconds) => milliseconds?.ToTime();

    /// <summary>The first millisecond that is not before a time: a row is at or after the one exactly if it is so with the other.</summary>
    public static long FirstNotBefore(DateTimeOffset time)
    {
        var milliseconds = time.ToUnixTimeMilliseconds();
        return milliseconds.ToTime() < time ? milliseconds + 1 : milliseconds;
    }
}
