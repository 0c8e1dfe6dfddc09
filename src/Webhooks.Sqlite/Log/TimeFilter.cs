namespace Webhooks.Sqlite.Log;

/// <summary>The bounds of a list in the milliseconds that rows are kept in.</summary>
internal static class TimeFilter
{
    /// <summary>The first millisecond that is not before a time: a row is at or after the one exactly if it is so with the other.</summary>
    public static long FirstNotBefore(DateTimeOffset time)
    {
        var milliseconds = time.ToUnixTimeMilliseconds();
        return DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) < time ? milliseconds + 1 : milliseconds;
    }
}
