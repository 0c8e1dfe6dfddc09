namespace Webhooks.Storage;

/// <summary>A time or none, in a third of the room that a nullable one takes, for rows of which there are many. It comes back in UTC.</summary>
internal readonly record struct OptionalTime
{
    /// <summary>One more than the ticks, so that the default is none.</summary>
    private readonly long _next;

    private OptionalTime(long next) => _next = next;

    public static implicit operator OptionalTime(DateTimeOffset? time) => time is { } value ? new OptionalTime(value.UtcTicks + 1) : default;

    public static implicit operator DateTimeOffset?(OptionalTime time) =>
        time._next == 0 ? null : new DateTimeOffset(time._next - 1, TimeSpan.Zero);
}
