using Webhooks.Replay;

namespace Webhooks.Storage;

/// <summary>Decides, row by row in the order of the log, what a turn of a replay does. For adapter authors.</summary>
/// <param name="job">The replay, as it is before the turn.</param>
/// <param name="turn">The time and the limits.</param>
/// <param name="blockedSince">What the turn before has left in <see cref="BlockedSince"/>.</param>
public sealed class ReplayPlan(ReplayJob job, ReplayTurn turn, DateTimeOffset? blockedSince)
{
    private readonly bool _mayPassPaused = blockedSince <= turn.BlockedBefore;
    private int _seen;
    private int _replayed;
    private int _skipped;
    private bool _isStopped;
    private DateTimeOffset? _reachedAt = job.ReachedAt;

    /// <summary>Since when a paused endpoint keeps the replay from going on; null where none does. A store keeps it.</summary>
    public DateTimeOffset? BlockedSince { get; private set; }

    /// <summary>When the replay is due again; a store keeps it as long as the replay is active.</summary>
    public DateTimeOffset DueAt => _replayed > 0 || BlockedSince is not null ? turn.NextAt : turn.NextScanAt;

    /// <summary>Takes the next row.</summary>
    /// <param name="createdAt">When its message was published.</param>
    /// <param name="replayed">How many deliveries are put into the queue for it.</param>
    /// <param name="skipped">How many deliveries cannot be sent.</param>
    /// <param name="isPaused">Whether an endpoint that something would be sent to is paused.</param>
    /// <returns>False when the turn ends before this row, which the next turn then begins with.</returns>
    public bool TryTake(DateTimeOffset createdAt, int replayed, int skipped, bool isPaused)
    {
        _isStopped = _seen >= turn.ScanLimit || (replayed > 0 && _replayed > 0 && _replayed + replayed > turn.Limit);
        if (!_isStopped && isPaused && !_mayPassPaused)
        {
            _isStopped = true;
            BlockedSince = blockedSince ?? turn.Now;
        }

        if (_isStopped)
        {
            return false;
        }

        _seen++;
        _replayed += replayed;
        _skipped += skipped;
        _reachedAt = createdAt;
        return true;
    }

    /// <summary>Ends the turn.</summary>
    /// <param name="hasMore">Whether there are rows that <see cref="TryTake"/> was not asked about.</param>
    /// <returns>What came of it; its job is what the store keeps.</returns>
    public ReplayTurnResult End(bool hasMore)
    {
        var isCompleted = !_isStopped && !hasMore;
        var after = job with
        {
            Status = isCompleted ? ReplayStatus.Completed : ReplayStatus.Active,
            CompletedAt = isCompleted ? turn.Now : null,
            ReachedAt = _reachedAt,
            ReplayedCount = job.ReplayedCount + _replayed,
            SkippedCount = job.SkippedCount + _skipped,
        };
        return new ReplayTurnResult(after, _replayed, NextDueAt: null);
    }
}
