using Microsoft.EntityFrameworkCore;
using Webhooks.Dispatching;
using Webhooks.EntityFrameworkCore.Store.Connections;
using Webhooks.EntityFrameworkCore.Store.Model;
using Webhooks.Storage;

namespace Webhooks.EntityFrameworkCore.Store.Deliveries;

/// <summary>
/// Ends leases. Every change is fenced: a lease is named by its owner and the number of its attempt, which are concurrency tokens.
/// </summary>
internal sealed class OutcomeWriter(StoreDatabase database)
{
    public Task<IReadOnlyList<bool>> CompleteAsync(
        string owner, IReadOnlyList<DeliveryOutcome> outcomes, CancellationToken cancellationToken) =>
        database.WriteAsync<IReadOnlyList<bool>>(
            async (context, cancellation) =>
            {
                var rows = await ReadAsync(
                    context, owner, outcomes.Select(static outcome => outcome.Attempt.DeliveryId), cancellation).ConfigureAwait(false);
                var results = new bool[outcomes.Count];
                for (var i = 0; i < results.Length; i++)
                {
                    var attempt = outcomes[i].Attempt;
                    results[i] = rows.TryGetValue(attempt.DeliveryId, out var row)
                        && row.AttemptCount == attempt.Number - 1
                        && row.TenantKey == RowKey.Tenant(attempt.TenantId);
                    if (results[i])
                    {
                        Complete(row!, outcomes[i]);
                        context.Add(CreateAttempt(row!, attempt));
                    }
                }

                await context.SaveChangesAsync(cancellation).ConfigureAwait(false);
                return results;
            },
            cancellationToken);

    public Task ReleaseAsync(string owner, IReadOnlyList<DeliveryRelease> releases, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (context, cancellation) =>
            {
                var rows = await ReadAsync(context, owner, releases.Select(static release => release.Delivery.Id), cancellation).ConfigureAwait(false);
                foreach (var (delivery, dueAt) in releases)
                {
                    if (rows.TryGetValue(delivery.Id, out var row) && row.AttemptCount == delivery.AttemptNumber - 1)
                    {
                        row.DueAt = dueAt.ToMilliseconds();
                        row.Owner = null;
                    }
                }

                return await context.SaveChangesAsync(cancellation).ConfigureAwait(false);
            },
            cancellationToken);

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
        row.DueAt = outcome.RetryAt?.ToMilliseconds();
        row.Owner = null;
        row.CompletedAt = outcome.Status == DeliveryStatus.Pending ? null : (attempt.StartedAt + attempt.Duration).ToMilliseconds();
        row.CancelReason = (int?)outcome.CancelReason;
        row.LastStatusCode = attempt.StatusCode;
        row.LastError = (int)attempt.Error;
        row.LastDuration = (long)attempt.Duration.TotalMilliseconds;
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
