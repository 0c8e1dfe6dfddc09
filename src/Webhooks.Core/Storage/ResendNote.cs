using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Webhooks.Dispatching;

namespace Webhooks.Storage;

/// <summary>
/// How a delivery that was sent again differs from one that is on its first schedule. Stores keep it as one text and hand it out
/// with each lease; of what it says, only <see cref="ResendId"/> is theirs to look at.
/// </summary>
public sealed record ResendNote
{
    private const char Separator = ' ';
    private const char IdMark = '#';

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

    /// <summary>The last id that the delivery was sent again under; null for none, and where a store keeps it elsewhere.</summary>
    public string? ResendId { get; private init; }

    /// <summary>Starts the schedule anew.</summary>
    /// <param name="status">The delivery's status.</param>
    /// <param name="attemptCount">How many attempts the delivery has had.</param>
    /// <param name="before">The note that it has from an earlier time; null for none.</param>
    public static ResendNote ForWholeSchedule(DeliveryStatus status, int attemptCount, ResendNote? before) =>
        new() { UncountedAttempts = attemptCount, Otherwise = status, ResendId = before?.ResendId };

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
        ResendId = before?.ResendId,
    };

    /// <summary>Adds the id that the delivery is sent again under.</summary>
    /// <param name="note">The note; null for none.</param>
    /// <param name="resendId">The id; null to keep the one that the note has.</param>
    [return: NotNullIfNotNull(nameof(note))]
    [return: NotNullIfNotNull(nameof(resendId))]
    public static ResendNote? Under(ResendNote? note, string? resendId) =>
        resendId is null ? note : (note ?? new ResendNote()) with { ResendId = resendId };

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
        string? resendId = null;
        if (parts[^1] is [IdMark, .. var id])
        {
            resendId = id;
            parts = parts[..^1];
        }

        var otherwise = parts.Length > 2 ? (DeliveryStatus)int.Parse(parts[2], CultureInfo.InvariantCulture) : DeliveryStatus.Pending;
        long? more = parts.Length > 3 ? long.Parse(parts[3], CultureInfo.InvariantCulture) : null;
        return new ResendNote
        {
            UncountedAttempts = int.Parse(parts[0], CultureInfo.InvariantCulture),
            SingleAttempt = parts.Length > 1 && int.Parse(parts[1], CultureInfo.InvariantCulture) is > 0 and var single ? single : null,
            Otherwise = otherwise,
            RetryAt = more is { } time && otherwise == DeliveryStatus.Pending ? DateTimeOffset.FromUnixTimeMilliseconds(time) : null,
            CancelReason = otherwise == DeliveryStatus.Canceled ? (CancelReason?)more : null,
            ResendId = resendId,
        };
    }

    /// <summary>Writes it as the text that stores keep.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{UncountedAttempts}")
        + (SingleAttempt is not null || Otherwise != DeliveryStatus.Pending
            ? string.Create(CultureInfo.InvariantCulture, $"{Separator}{SingleAttempt ?? 0}{Separator}{(int)Otherwise}")
            : "")
        + ((RetryAt?.ToUnixTimeMilliseconds() ?? (long?)CancelReason) is { } more
            ? string.Create(CultureInfo.InvariantCulture, $"{Separator}{more}")
            : "")
        + (ResendId is null ? "" : $"{Separator}{IdMark}{ResendId}");

    /// <summary>Whether an attempt is the one beside the schedule.</summary>
    /// <param name="attemptNumber">The number of the attempt.</param>
    internal bool IsSingle(int attemptNumber) => SingleAttempt == attemptNumber;
}
