namespace Webhooks.Testing;

/// <summary>A timer of a <see cref="FakeClock"/>, which guards everything that changes in it.</summary>
internal sealed class FakeTimer(FakeClock clock, long sequence, TimerCallback callback, object? state) : ITimer
{
    public static readonly IComparer<FakeTimer> ByDueTime = Comparer<FakeTimer>.Create((left, right) =>
    {
        var order = left.DueAt.CompareTo(right.DueAt);
        return order != 0 ? order : left._sequence.CompareTo(right._sequence);
    });

    private readonly long _sequence = sequence;

    public DateTimeOffset DueAt { get; set; }

    public TimeSpan Period { get; set; }

    public bool IsDisposed { get; set; }

    public void Fire() => callback(state);

    public bool Change(TimeSpan dueTime, TimeSpan period) => clock.Arm(this, dueTime, period);

    public void Dispose() => clock.Disarm(this);

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
