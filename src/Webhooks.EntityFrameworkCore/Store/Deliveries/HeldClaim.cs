using Microsoft.EntityFrameworkCore;
using Webhooks.Dispatching;
using Webhooks.EntityFrameworkCore.Store.Connections;
using Webhooks.EntityFrameworkCore.Store.Model;
using Webhooks.Endpoints;
using Webhooks.Storage;

namespace Webhooks.EntityFrameworkCore.Store.Deliveries;

/// <summary>Claims the held deliveries of an endpoint that the dispatcher has taken over.</summary>
internal sealed class HeldClaim(StoreDatabase database)
{
    /// <summary>How many are looked at where some have expired.</summary>
    private const int ExpiredWindow = 1_000;

    public Task<HeldClaimResult> ClaimAsync(HeldClaimRequest request, CancellationToken cancellationToken) => database.WriteAsync(
        async (context, cancellation) =>
        {
            var key = RowKey.Endpoint(request.Endpoint.TenantId, request.Endpoint.EndpointId);
            var endpoint = context.Set<EndpointRow>().Where(row => row.Key == key);
            Guid? owner = RowKey.Owner(request.Owner);
            long? until = request.LeaseUntil.ToMilliseconds();

            // First: from now on nothing is held before the end of this transaction, which may end the pause.
            if (await endpoint
                .Where(row => row.Status == (int)EndpointStatus.Enabled && row.PausedUntil != null && row.PausedBy == owner)
                .ExecuteUpdateAsync(update => update.SetProperty(static row => row.PausedUntil, until), cancellation).ConfigureAwait(false) == 0)
            {
                return new HeldClaimResult([], IsOver: true);
            }

            var isOrdered = await endpoint.Select(static row => row.IsOrdered).SingleAsync(cancellation).ConfigureAwait(false);
            var held = context.Set<DeliveryRow>()
                .Where(row => row.EndpointKey == key && row.Status == (int)DeliveryStatus.Pending && row.DueAt == null);
            var (found, isOver) = await FindAsync(held, isOrdered, request, cancellation).ConfigureAwait(false);
            var leased = await LeaseWriter.LeaseAsync(
                context, held, found, request.Owner, request.LeaseUntil, isOrdered, cancellation).ConfigureAwait(false);
            if (isOver)
            {
                await endpoint.ExecuteUpdateAsync(
                    static update => update
                        .SetProperty(static row => row.PausedUntil, (long?)null)
                        .SetProperty(static row => row.PausedBy, (Guid?)null),
                    cancellation).ConfigureAwait(false);
            }

            return new HeldClaimResult(leased, isOver);
        },
        cancellationToken);

    /// <summary>Finds what can be leased, ends what cannot, and tells whether nothing is left; in order, whether nothing is pending.</summary>
    private static async Task<(List<MetDelivery> Found, bool IsOver)> FindAsync(
        IQueryable<DeliveryRow> held, bool isOrdered, HeldClaimRequest request, CancellationToken cancellationToken)
    {
        // One more than asked for tells whether anything is left.
        var now = request.Now.ToMilliseconds();
        var window = request.Limit + 1;
        var rows = await ReadAsync(held, window, cancellationToken).ConfigureAwait(false);
        if (rows.Exists(row => row.IsExpired(now)))
        {
            // Where one has expired there may be many, and a claim for one delivery at a time would hardly get past them.
            window = Math.Max(window, ExpiredWindow);
            rows = await ReadAsync(held, window, cancellationToken).ConfigureAwait(false);
        }

        var expired = rows.FindAll(row => row.IsExpired(now));
        var left = rows.FindAll(row => !row.IsExpired(now));
        await Ender.CancelAsync(held, expired.Select(static row => row.Seq), now, CancelReason.Expired, cancellationToken).ConfigureAwait(false);
        if (!isOrdered)
        {
            return ([.. left.Take(request.Limit)], rows.Count < window && left.Count <= request.Limit);
        }

        // The lease of what is sent at most once is the record that it may have been sent, so that it is leased alone.
        var alone = left.FindIndex(static row => row.IsAtMostOnce);
        return ([.. left.Take(alone < 0 ? request.Limit : Math.Clamp(alone, 1, request.Limit))], rows.Count < window && left.Count == 0);
    }

    private static Task<List<MetDelivery>> ReadAsync(IQueryable<DeliveryRow> held, int limit, CancellationToken cancellationToken) =>
        held.OrderBy(static row => row.MessageSeq)
            .ThenBy(static row => row.Seq)
            .Take(limit)
            .Select(static row => new MetDelivery
            {
                Seq = row.Seq,
                ExpiresAt = row.ExpiresAt,
                IsAtMostOnce = row.IsAtMostOnce,
                HasOwner = row.Owner != null,
            })
            .ToListAsync(cancellationToken);
}
