namespace Webhooks.Storage.InMemory;

/// <summary>The line of time of one rate limit.</summary>
internal sealed class RateLine
{
    private DateTimeOffset _end;
    private TimeSpan _interval;

    public DateTimeOffset Reserve(DateTimeOffset now, RateReservation reservation)
    {
        var start = _interval == reservation.Interval && _end > now ? _end : now;
        (_end, _interval) = (start + reservation.Length, reservation.Interval);
        return start;
    }
}
