using Webhooks.Publishing;
using Webhooks.Sqlite.Deliveries;
using Webhooks.Sqlite.Retention;
using Webhooks.Storage;

namespace Webhooks.Sqlite;

/// <content>Messages in, deliveries out, and what keeps the file small.</content>
public sealed partial class SqliteWebhookStore
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<AppendResult>> AppendAsync(
        IReadOnlyList<WebhookMessage> messages, LeaseGrant? leases, CancellationToken cancellationToken) =>
        Database.WriteAsync(session => session.Messages.Append(messages, leases), cancellationToken);

    /// <inheritdoc/>
    public Task<ClaimResult> ClaimAsync(ClaimRequest request, CancellationToken cancellationToken) =>
        Database.WriteAsync(session => session.Due.Claim(request), cancellationToken);

    /// <inheritdoc/>
    public Task<HeldClaimResult> ClaimHeldAsync(HeldClaimRequest request, CancellationToken cancellationToken) =>
        Database.WriteAsync(session => session.Held.Claim(request), cancellationToken);

    /// <inheritdoc/>
    public Task<DateTimeOffset?> FindOldestDueAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        Database.ReadAsync(session => DueClaim.FindOldestDue(session, now), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<bool>> CompleteAsync(
        string owner, IReadOnlyList<DeliveryOutcome> outcomes, CancellationToken cancellationToken) =>
        Database.WriteAsync(session => session.Outcomes.Complete(owner, outcomes), cancellationToken);

    /// <inheritdoc/>
    public Task ReleaseAsync(string owner, IReadOnlyList<DeliveryRelease> releases, CancellationToken cancellationToken) =>
        Database.WriteAsync(session => session.Outcomes.Release(owner, releases), cancellationToken);

    /// <inheritdoc/>
    public async Task InitializeAsync(CancellationToken cancellationToken) =>
        await Database.OpenAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<int> PruneAsync(PruneRequest request, CancellationToken cancellationToken)
    {
        var candidates = await Database
            .ReadAsync(session => PruneCandidates.Find(session, request), cancellationToken).ConfigureAwait(false);
        return candidates.IsEmpty
            ? 0
            : await Database.WriteAsync(session => session.Pruner.Prune(candidates), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<int> PrunePayloadsAsync(PayloadPruneRequest request, CancellationToken cancellationToken) =>
        Database.WriteAsync(session => session.Payloads.Prune(request), cancellationToken);

    /// <inheritdoc/>
    public Task<int> PruneRatesAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken) =>
        Database.WriteAsync(session => session.Rates.Prune(endedBefore, limit), cancellationToken);
}
