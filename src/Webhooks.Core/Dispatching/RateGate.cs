namespace Webhooks.Dispatching;

/// <summary>
/// A rate limit as one dispatcher sees it: times at which an attempt may start, of a stretch that the store gave to this
/// dispatcher alone. Its state belongs to <see cref="LaneScheduler"/> and is touched under its lock only.
/// </summary>
internal sealed class RateGate(string tenantId, string? endpointId, TimeSpan interval)
{
    /// <summary>How much time is reserved at once: a dispatcher that dies wastes this much.</summary>
    private static readonly TimeSpan Stretch = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How late a slot may be used beside others: as much as a timer is late on a busy machine. Of those that are later only the
    /// last is left, so that nothing is made up for in a burst.
    /// </summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(50);

    private DateTimeOffset _next;
    private int _left;

    public string TenantId { get; } = tenantId;

    /// <summary>The endpoint whose limit it is; null for that of its tenant.</summary>
    public string? EndpointId { get; } = endpointId;

    public TimeSpan Interval { get; } = interval;

    /// <summary>The lanes that wait for a reservation.</summary>
    public List<Lane> Waiting { get; } = [];

    /// <summary>How many lanes it limits.</summary>
    public int LaneCount { get; set; }

    /// <summary>When the next attempt may start; null when time has to be reserved first.</summary>
    public DateTimeOffset? NextAt => _left > 0 ? _next : null;

    public bool IsOpen(DateTimeOffset now)
    {
        if (_left > 1 && now - _next > Grace)
        {
            var late = (int)Math.Min(_left - 1, (now - Grace - _next).Ticks / Interval.Ticks);
            _left -= late;
            _next += late * Interval;
        }

        return _left > 0 && _next <= now;
    }

    public void Take()
    {
        _left--;
        _next += Interval;
    }

    /// <summary>For how many of the attempts that wait time is reserved at once.</summary>
    public int CountFor(int waiting) => (int)Math.Clamp(waiting, 1, Math.Max(1, Stretch.Ticks / Interval.Ticks));

    public void Grant(DateTimeOffset start, int count) => (_next, _left) = (start, count);
}
