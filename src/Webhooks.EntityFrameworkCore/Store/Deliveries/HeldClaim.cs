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
    public Task<HeldClaimResult> ClaimAsync(HeldClaimRequest request, CancellationToken cancellationToken) => database.WriteAsync(
        async (context, cancellation) =>
        {
            var key = RowKey.Endpoint(request.Endpoint.TenantId, request.Endpoint.EndpointId);
            Guid? owner = RowKey.Owner(request.Owner);
            long? until = request.LeaseUntil.ToMilliseconds();

            // First: from now on nothing is held before the end of this transaction, which may end the pause.
            if (await context.Set<EndpointRow>()
                .Where(row => row.Key == key && row.Status == (int)EndpointStatus.Enabled && row.PausedBy == owner)
                .ExecuteUpdateAsync(update => update.SetProperty(static row => row.PausedUntil, until), cancellation).ConfigureAwait(false) == 0)
            {
                return new HeldClaimResult([], IsOver: true);
            }

            // One more than asked for tells whether anything is left.
            var held = context.Set<DeliveryRow>()
                .Where(row => row.EndpointKey == key && row.Status == (int)DeliveryStatus.Pending && row.DueAt == null);
            var seqs = await held.OrderBy(static row => row.MessageSeq).ThenBy(static row => row.Seq)
                .Select(static row => row.Seq).Take(request.Limit + 1).ToListAsync(cancellation).ConfigureAwait(false);
            var version = await context.Set<EndpointRow>().Where(row => row.Key == key)
                .Select(static row => row.Version).SingleAsync(cancellation).ConfigureAwait(false);
            var leased = await LeaseWriter.LeaseAsync(
                context, held, [.. seqs.Take(request.Limit)], _ => version, request.Owner, request.LeaseUntil, cancellation).ConfigureAwait(false);
            var isOver = seqs.Count <= request.Limit;
            if (isOver)
            {
                await context.Set<EndpointRow>().Where(row => row.Key == key).ExecuteUpdateAsync(
                    static update => update
                        .SetProperty(static row => row.PausedUntil, (long?)null)
                        .SetProperty(static row => row.PausedBy, (Guid?)null),
                    cancellation).ConfigureAwait(false);
            }

            return new HeldClaimResult(leased, isOver);
        },
        cancellationToken);
}
