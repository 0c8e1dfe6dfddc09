using Webhooks.Replay;

namespace Webhooks.Storage;

/// <summary>The part of a store that sends again what has ended, and keeps the replays that do so.</summary>
/// <remarks>
/// A delivery that is sent again is pending again, under its id, its attempts numbered on, with a <see cref="ResendNote"/>
/// that all its leases carry from then on. What was kept for its retries (<see cref="DeliveryOutcome.Sent"/>) goes when it ends: sent again
/// after that, it is made anew. A delivery that is added to an old message has the message's time. Nothing is due before its
/// message's <see cref="Publishing.WebhookMessage.DeliverAt"/>, and nothing of an expired message is sent again.
/// </remarks>
public interface IReplayStore
{
    /// <summary>
    /// Makes one delivery due now, for one attempt beside its schedule, by the rules of <see cref="ResendNote.ForOneAttempt"/>.
    /// A delivery that is leased, held, or due already stays as it is.
    /// </summary>
    /// <remarks>
    /// A delivery remembers the last id that it was sent again under, however it ends and is sent again without one, also where the
    /// result was <see cref="ResendResult.Underway"/>. Under this id it is not sent again, whatever else would stand against it:
    /// <see cref="ResendResult.Repeated"/>.
    /// </remarks>
    /// <param name="tenantId">Whose delivery.</param>
    /// <param name="deliveryId">Which one.</param>
    /// <param name="now">The time at which it is due.</param>
    /// <param name="resendId">The caller's id of this call, 1 to 255 of <c>A-Z a-z 0-9 _ -</c>; null for none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<ResendResult> ResendAsync(
        string tenantId, string deliveryId, DateTimeOffset now, string? resendId, CancellationToken cancellationToken);

    /// <summary>Adds a replay, due at its <see cref="ReplayJob.CreatedAt"/>.</summary>
    /// <param name="job">The replay, active and with an end.</param>
    /// <param name="cancellationToken">Ends the wait where nothing was stored yet.</param>
    /// <returns>False, and nothing changed, when the tenant already has a replay of this id.</returns>
    Task<bool> InsertReplayAsync(ReplayJob job, CancellationToken cancellationToken);

    /// <summary>Reads one replay.</summary>
    /// <param name="tenantId">Whose replay.</param>
    /// <param name="jobId">Which one.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The replay, or null when the tenant has none of this id.</returns>
    Task<ReplayJob?> GetReplayAsync(string tenantId, string jobId, CancellationToken cancellationToken);

    /// <summary>Lists a tenant's replays, the newest first.</summary>
    /// <param name="query">Which ones.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="WebhookValidationException">The cursor is not one that this list gave.</exception>
    Task<Page<ReplayJob>> ListReplaysAsync(ReplayQuery query, CancellationToken cancellationToken);

    /// <summary>Ends an active replay as canceled. One that has ended stays as it is.</summary>
    /// <param name="tenantId">Whose replay.</param>
    /// <param name="jobId">Which one.</param>
    /// <param name="now">The time at which it ends.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The replay as it is now, or null when the tenant has none of this id.</returns>
    Task<ReplayJob?> CancelReplayAsync(string tenantId, string jobId, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>
    /// Gives the active replay that has been due longest one turn: it goes on with the log where it stopped, from the oldest
    /// message to the newest, puts deliveries into the queue, due now and leased to nobody, and notes how far it came; all of
    /// that in one transaction, so that whatever happens, nothing is left out and nothing done twice. Two concurrent turns are
    /// never of the same replay, and no message gets a second delivery to the same endpoint, whichever replays are at work.
    /// </summary>
    /// <remarks>
    /// <see cref="ReplayPlan"/> decides, row by row, what a turn does. For the selections of deliveries that have ended, a row is a
    /// delivery of this status; it starts its schedule anew (<see cref="ResendNote.ForWholeSchedule"/>), and is skipped if its endpoint is
    /// disabled or gone, or its message or that one's payload is, or its message has expired or is a test. For <see cref="ReplaySelection.NeverSent"/>
    /// a row is a message, which gets a delivery for each endpoint that it would have if it were published now
    /// (<see cref="IMessageStore.AppendAsync"/>) and for which it has none; without its payload, or expired, it gets none, and they are
    /// skipped. A test is for nobody else, and no row of these. Of a payload that was removed nobody can say which filters it meets, and none is asked.
    /// </remarks>
    /// <param name="turn">The time and the limits.</param>
    /// <param name="cancellationToken">Ends the wait where nothing was done yet.</param>
    Task<ReplayTurnResult> RunReplayAsync(ReplayTurn turn, CancellationToken cancellationToken);

    /// <summary>Removes replays that have ended.</summary>
    /// <param name="endedBefore">Those that ended before this time.</param>
    /// <param name="limit">The most that one call removes; at least 1.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many were removed.</returns>
    Task<int> PruneReplaysAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken);
}
