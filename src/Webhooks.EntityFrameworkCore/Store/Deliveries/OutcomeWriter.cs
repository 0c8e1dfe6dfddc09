using Microsoft.EntityFrameworkCore;
using Webhooks.Dispatching;
using Webhooks.EntityFrameworkCore.Store.Connections;
using Webhooks.EntityFrameworkCore.Store.Messages;
using Webhooks.EntityFrameworkCore.Store.Model;
using Webhooks.Endpoints;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.EntityFrameworkCore.Store.Deliveries;

/// <summary>
/// Ends leases. Every change is fenced: a lease is named by its owner and the number of its attempt, which are concurrency tokens.
/// </summary>
internal sealed class OutcomeWriter(StoreDatabase database, MessageAppender messages)
{
    public Task<IReadOnlyList<bool>> CompleteAsync(
        string owner, IReadOnlyList<DeliveryOutcome> outcomes, CancellationToken cancellationToken) =>
        database.WriteAsync<IReadOnlyList<bool>>(
            async (context, cancellation) =>
            {
                var rows = await ReadAsync(
                    context, owner, outcomes.Select(static outcome => outcome.Attempt.DeliveryId), cancellation).ConfigureAwait(false);
                var results = new bool[outcomes.Count];
                var effective = new List<(DeliveryRow Row, DeliveryOutcome Outcome)>(outcomes.Count);
                for (var i = 0; i < results.Length; i++)
                {
                    var attempt = outcomes[i].Attempt;
                    if (FindLeased(rows, attempt.TenantId, attempt.DeliveryId, attempt.Number) is { } row)
                    {
                        // The first one ends the lease.
                        rows.Remove(attempt.DeliveryId);
                        results[i] = true;
                        effective.Add((row, outcomes[i]));
                    }
                }

                await PauseForRetriesAsync(context, effective, cancellation).ConfigureAwait(false);
                foreach (var (row, outcome) in effective)
                {
                    Complete(row, outcome);
                    if (outcome.IsAttemptKnown)
                    {
                        context.Add(CreateAttempt(row, outcome.Attempt));
                    }
                }

                await messages.SaveAsync(
                    context, [.. effective.Select(static pair => pair.Outcome.Announcement).OfType<WebhookMessage>()], cancellation).ConfigureAwait(false);
                return results;
            },
            cancellationToken);

    public Task ReleaseAsync(string owner, IReadOnlyList<DeliveryRelease> releases, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (context, cancellation) =>
            {
                var rows = await ReadAsync(context, owner, releases.Select(static release => release.Delivery.Id), cancellation).ConfigureAwait(false);
                var released = releases
                    .Select(release => (
                        Row: FindLeased(rows, release.Delivery.Message.TenantId, release.Delivery.Id, release.Delivery.AttemptNumber),
                        DueAt: release.DueAt.ToMilliseconds()))
                    .Where(static release => release.Row is not null)
                    .ToList();
                await GiveBackAsync(context, owner, released!, cancellation).ConfigureAwait(false);
                foreach (var (row, dueAt) in released)
                {
                    row!.DueAt = row.DueAt is null ? null : dueAt;
                    row.Owner = null;
                }

                return await context.SaveChangesAsync(cancellation).ConfigureAwait(false);
            },
            cancellationToken);

    /// <summary>A retry in the line of an ordered endpoint pauses that. Endpoints are changed before their deliveries, as by claims.</summary>
    private static async Task PauseForRetriesAsync(
        DbContext context, List<(DeliveryRow Row, DeliveryOutcome Outcome)> outcomes, CancellationToken cancellationToken)
    {
        foreach (var (row, outcome) in outcomes
            .Where(static pair => pair.Row.DueAt is null && pair.Outcome.RetryAt is not null)
            .OrderBy(static pair => pair.Row.EndpointKey))
        {
            var retryAt = outcome.RetryAt!.Value.ToMilliseconds();
            await context.Set<EndpointRow>()
                .Where(endpoint => endpoint.Key == row.EndpointKey
                    && (endpoint.PausedUntil == null
                        || endpoint.PauseReason == (int)PauseReason.Backlog
                        || endpoint.PausedUntil < retryAt))
                .ExecuteUpdateAsync(
                    update => update
                        .SetProperty(static endpoint => endpoint.PausedUntil, retryAt)
                        .SetProperty(static endpoint => endpoint.PausedBy, (Guid?)null)
                        .SetProperty(static endpoint => endpoint.PauseReason, (int)PauseReason.Retry),
                    cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>With a delivery that is leased in order its owner gives the endpoint back.</summary>
    private static async Task GiveBackAsync(
        DbContext context, string owner, List<(DeliveryRow Row, long DueAt)> released, CancellationToken cancellationToken)
    {
        Guid? ownerKey = RowKey.Owner(owner);
        foreach (var (row, dueAt) in released
            .Where(static release => release.Row.DueAt is null)
            .OrderBy(static release => release.Row.EndpointKey))
        {
            await context.Set<EndpointRow>().Where(endpoint => endpoint.Key == row.EndpointKey && endpoint.PausedBy == ownerKey)
                .ExecuteUpdateAsync(
                    update => update
                        .SetProperty(static endpoint => endpoint.PausedUntil, dueAt)
                        .SetProperty(static endpoint => endpoint.PausedBy, (Guid?)null)
                        .SetProperty(static endpoint => endpoint.PauseReason, (int)PauseReason.Backlog),
                    cancellationToken).ConfigureAwait(false);
        }
    }

    private static DeliveryRow? FindLeased(Dictionary<string, DeliveryRow> rows, string tenantId, string deliveryId, int attemptNumber) =>
        rows.TryGetValue(deliveryId, out var row) && row.AttemptCount == attemptNumber - 1 && row.TenantKey == RowKey.Tenant(tenantId)
            ? row
            : null;

    /// <summary>The deliveries that the owner has leased, by id.</summary>
    private static async Task<Dictionary<string, DeliveryRow>> ReadAsync(
        DbContext context, string owner, IEnumerable<string> ids, CancellationToken cancellationToken)
    {
        Guid? ownerKey = RowKey.Owner(owner);
        var keys = new Dictionary<Guid, string>();
        foreach (var id in ids)
        {
            if (WebhookIdGenerator.TryDecode(WebhookIdGenerator.DeliveryPrefix, id, out var key))
            {
                keys[key] = id;
            }
        }

        var rows = new Dictionary<string, DeliveryRow>(StringComparer.Ordinal);
        foreach (var chunk in keys.Keys.Chunk(StoreDatabase.MaxKeys))
        {
            foreach (var row in await context.Set<DeliveryRow>().AsTracking()
                .Where(row => chunk.Contains(row.Key) && row.Owner == ownerKey && row.Status == (int)DeliveryStatus.Pending)
                .ToListAsync(cancellationToken).ConfigureAwait(false))
            {
                rows.Add(keys[row.Key], row);
            }
        }

        return rows;
    }

    private static void Complete(DeliveryRow row, DeliveryOutcome outcome)
    {
        var attempt = outcome.Attempt;
        row.Status = (int)outcome.Status;
        row.AttemptCount = attempt.Number;
        row.DueAt = row.DueAt is null ? null : outcome.RetryAt?.ToMilliseconds();
        row.Owner = null;
        row.CompletedAt = outcome.Status == DeliveryStatus.Pending ? null : (attempt.StartedAt + attempt.Duration).ToMilliseconds();
        row.CancelReason = (int?)outcome.CancelReason;
        row.Sent = outcome.Status == DeliveryStatus.Pending ? outcome.Sent?.ToBytes() ?? row.Sent : null;
        row.LastStatusCode = attempt.StatusCode;
        row.LastError = (int)attempt.Error;
        row.LastDuration = outcome.IsAttemptKnown ? (long)attempt.Duration.TotalMilliseconds : null;
    }

    private static AttemptRow CreateAttempt(DeliveryRow row, DeliveryAttempt attempt) => new()
    {
        DeliverySeq = row.Seq,
        Number = attempt.Number,
        Id = attempt.Id,
        StartedAt = attempt.StartedAt.ToMilliseconds(),
        Duration = (long)attempt.Duration.TotalMilliseconds,
        StatusCode = attempt.StatusCode,
        Error = (int)attempt.Error,
        ErrorMessage = StorableText.From(attempt.ErrorMessage),
        IsTruncated = attempt.IsResponseTruncated,
        Response = attempt.ResponseExcerpt.IsEmpty ? null : attempt.ResponseExcerpt.ToArray(),
    };
}
