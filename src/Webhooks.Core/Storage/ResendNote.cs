using System.Globalization;
using Webhooks.Dispatching;

namespace Webhooks.Storage;

/// <summary>
/// How a delivery that was sent again differs from one that is on its first schedule. Stores keep it as one text and hand it out
/// with each lease; they do not look into it.
/// </summary>
public sealed record ResendNote
{
    private const char Separator = ' ';

    /// <summary>How many attempts do not count for the retry schedule: those made before it began anew, and those beside it.</summary>
    public int UncountedAttempts { get; private init; }

    /// <summary>The number of the attempt that is made beside the schedule; null when there is none.</summary>
    public int? SingleAttempt { get; private init; }

    /// <summary>The status that the delivery had when it was sent again; it has it again if that attempt fails.</summary>
    public DeliveryStatus Otherwise { get; private init; }

    /// <summary>When the schedule goes on if that attempt fails; set if and only if <see cref="Otherwise"/> is pending.</summary>
    public DateTimeOffset? RetryAt { get; private init; }

    /// <summary>Why the delivery is canceled again if that attempt fails; only where <see cref="Otherwise"/> is that.</summary>
    public CancelReason? CancelReason { get; private init; }

    /// <summary>Starts the schedule anew.</summary>
    /// <param name="status">The delivery's status.</param>
    /// <param name="attemptCount">How many attempts the delivery has had.</param>
    public static ResendNote ForWholeSchedule(DeliveryStatus status, int attemptCount) =>
        new() { UncountedAttempts = attemptCount, Otherwise = status };

    /// <summary>Makes the next attempt one beside the schedule.</summary>
    /// <param name="status">The delivery's status.</param>
    /// <param name="attemptCount">How many attempts it has had.</param>
    /// <param name="dueAt">When its next attempt was due; null if it had ended.</param>
    /// <param name="before">The note that it has from an earlier time; null for none.</param>
    /// <param name="cancelReason">Why it was canceled; null if it was not.</param>
    public static ResendNote ForOneAttempt(
        DeliveryStatus status, int attemptCount, DateTimeOffset? dueAt, ResendNote? before, CancelReason? cancelReason) => new()
    {
        UncountedAttempts = status == DeliveryStatus.Pending ? (before?.UncountedAttempts ?? 0) + 1 : attemptCount,
        SingleAttempt = attemptCount + 1,
        Otherwise = status,
        RetryAt = dueAt,
        CancelReason = cancelReason,
    };

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <param name="text">The text; null for no note.</param>
    /// <exception cref="FormatException">The text is no note.</exception>
    public static ResendNote? Read(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var parts = text.Split(Separator);
        var otherwise = parts.Length > 2 ? (DeliveryStatus)int.Parse(parts[2], CultureInfo.InvariantCulture) : DeliveryStatus.Pending;
        long? more = parts.Length > 3 ? long.Parse(parts[3], CultureInfo.InvariantCulture) : null;
        return new ResendNote
        {
            UncountedAttempts = int.Parse(parts[0], CultureInfo.InvariantCulture),
            SingleAttempt = parts.Length > 1 && int.Parse(parts[1], CultureInfo.InvariantCulture) is > 0 and var single ? single : null,
            Otherwise = otherwise,
            RetryAt = more is { } time && otherwise == DeliveryStatus.Pending ? DateTimeOffset.FromUnixTimeMilliseconds(time) : null,
            CancelReason = otherwise == DeliveryStatus.Canceled ? (CancelReason?)more : null,
        };
    }

    /// <summary>Writes it as the text that stores keep.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{UncountedAttempts}")
        + (SingleAttempt is not null || Otherwise != DeliveryStatus.Pending
            ? string.Create(CultureInfo.InvariantCulture, $"{Separator}{SingleAttempt ?? 0}{Separator}{(int)Otherwise}")
            : "")
        + ((RetryAt?.ToUnixTimeMilliseconds() ?? (long?)CancelReason) is { } more
            ? string.Create(CultureInfo.InvariantCulture, $"{Separator}{more}")
            : "");

    /// <summary>Whether an attempt is the one beside the schedule.</summary>
    /// <param name="attemptNumber">The number of the attempt.</param>
    internal bool IsSingle(int attemptNumber) => SingleAttempt == attemptNumber;
}
