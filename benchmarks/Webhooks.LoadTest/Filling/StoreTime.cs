namespace Webhooks.LoadTest.Filling;

/// <summary>The time as stores get it: to the millisecond.</summary>
internal static class StoreTime
{
    public static DateTimeOffset Now() =>
        DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
}
