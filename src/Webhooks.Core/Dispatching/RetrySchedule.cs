using System.Globalization;

namespace Webhooks.Dispatching;

/// <summary>The waits between the attempts of a delivery. The first attempt is made at once and has no wait.</summary>
public sealed class RetrySchedule : IEquatable<RetrySchedule>
{
    /// <summary>The most retries that a schedule can have.</summary>
    public const int MaxRetries = 100;

    /// <summary>The longest single wait: 30 days.</summary>
    public static readonly TimeSpan MaxDelay = TimeSpan.FromDays(30);

    /// <summary>Makes a schedule.</summary>
    /// <param name="delays">
    /// The wait before each retry, counted from the end of the attempt before: 0 to <see cref="MaxDelay"/> each, at most
    /// <see cref="MaxRetries"/> of them. None: a delivery has one attempt.
    /// </param>
    /// <exception cref="WebhookValidationException">There are too many waits, or one is out of range.</exception>
    public RetrySchedule(params IReadOnlyList<TimeSpan> delays)
    {
        if (delays.Count > MaxRetries)
        {
            throw new WebhookValidationException(
                "retrySchedule", "count", delays.Count.ToString(CultureInfo.InvariantCulture), $"has at most {MaxRetries} delays.");
        }

        for (var i = 0; i < delays.Count; i++)
        {
            if (delays[i] < TimeSpan.Zero || delays[i] > MaxDelay)
            {
                throw new WebhookValidationException(
                    $"retrySchedule[{i}]", "range", delays[i].ToString(), "is a time from 0 to 30 days.");
            }
        }

        Delays = [.. delays];
    }

    /// <summary>
    /// The schedule of a host that sets none: 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h after the attempt
    /// before; ten attempts over a little more than three days.
    /// </summary>
    public static RetrySchedule Default { get; } = new(
        TimeSpan.FromSeconds(5),
        TimeSpan.FromMinutes(5),
        TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(2),
        TimeSpan.FromHours(5),
        TimeSpan.FromHours(10),
        TimeSpan.FromHours(14),
        TimeSpan.FromHours(20),
        TimeSpan.FromHours(24));

    /// <summary>No retries: one attempt a delivery.</summary>
    public static RetrySchedule None { get; } = new();

    /// <summary>The wait before each retry.</summary>
    public IReadOnlyList<TimeSpan> Delays { get; }

    /// <summary>How many attempts a delivery has at most.</summary>
    public int MaxAttempts => Delays.Count + 1;

    /// <summary>The wait after a failed attempt.</summary>
    /// <param name="attemptNumber">The number of the attempt that failed: 1 for the first.</param>
    /// <returns>The wait, or null when it was the last attempt.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number is less than 1.</exception>
    public TimeSpan? DelayAfter(int attemptNumber)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(attemptNumber, 1);
        return attemptNumber <= Delays.Count ? Delays[attemptNumber - 1] : null;
    }

    /// <summary>Schedules are equal when their waits are.</summary>
    /// <param name="other">The other schedule.</param>
    public bool Equals(RetrySchedule? other) => other is not null && Delays.SequenceEqual(other.Delays);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RetrySchedule);

    /// <inheritdoc/>
    public override int GetHashCode() => Delays.Aggregate(Delays.Count, HashCode.Combine);

    /// <summary>The waits, separated by commas.</summary>
    public override string ToString() => string.Join(", ", Delays);
}
