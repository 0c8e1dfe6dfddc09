namespace Webhooks.Storage;

/// <summary>The part of a store that prepares it and keeps it small.</summary>
public interface IStoreMaintenance
{
    /// <summary>
    /// Makes the store ready: opens it, creates or migrates its schema, and fails with a clear message where it cannot.
    /// Called before anything else at the start of a host; calling it again does nothing.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="WebhookStoreException">
    /// The data is damaged, written by a newer version, or not reachable. Nothing was changed.
    /// </exception>
    Task InitializeAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Removes what is older than the host keeps, at most <see cref="PruneRequest.Limit"/> messages and attempts a call,
    /// so that no call holds a lock for long. A message with a pending delivery is never removed.
    /// </summary>
    /// <param name="request">What to remove.</param>
    /// <param name="cancellationToken">Ends the wait; what was removed stays removed.</param>
    /// <returns>
    /// How many messages, and attempts of messages that stay, were removed; 0 when there is nothing left to do.
    /// </returns>
    Task<int> PruneAsync(PruneRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Removes the payloads of messages whose <see cref="Publishing.WebhookMessage.PayloadKeptUntil"/> has come, and the response excerpts
    /// of their attempts, a bounded number a call. A message with a pending delivery keeps both; its time is moved to
    /// <see cref="PayloadPruneRequest.NextTime"/>, so that no call looks at it again and again.
    /// </summary>
    /// <param name="request">What to remove.</param>
    /// <param name="cancellationToken">Ends the wait; what was removed stays removed.</param>
    /// <returns>How many messages it has looked at; 0 when there is nothing left to do.</returns>
    Task<int> PrunePayloadsAsync(PayloadPruneRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Removes what <see cref="IDeliveryStore.ReserveAsync"/> has kept of rate limits whose line of time has ended: a new one begins in the
    /// same way. A store that keeps it elsewhere has nothing to do.
    /// </summary>
    /// <param name="endedBefore">Lines that ended before this time.</param>
    /// <param name="limit">The most that one call removes; at least 1.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many were removed.</returns>
    Task<int> PruneRatesAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken);
}
