using Microsoft.EntityFrameworkCore;
using Webhooks.Dispatching;
using Webhooks.EntityFrameworkCore.Store.Connections;
using Webhooks.EntityFrameworkCore.Store.Model;

namespace Webhooks.EntityFrameworkCore.Store.Deliveries;

/// <summary>Ends pending deliveries without an attempt. Each only if it is still as its query says.</summary>
internal static class Ender
{
    /// <summary>Cancels all that a query finds.</summary>
    /// <returns>How many there were.</returns>
    public static Task<int> CancelAsync(
        IQueryable<DeliveryRow> deliveries, long now, CancelReason reason, CancellationToken cancellationToken) =>
        deliveries.Where(static row => row.Status == (int)DeliveryStatus.Pending).ExecuteUpdateAsync(
            update => update
                .SetProperty(static row => row.Status, (int)DeliveryStatus.Canceled)
                .SetProperty(static row => row.DueAt, (long?)null)
                .SetProperty(static row => row.Owner, (Guid?)null)
                .SetProperty(static row => row.Sent, (byte[]?)null)
                .SetProperty(static row => row.CompletedAt, now)
                .SetProperty(static row => row.CancelReason, (int)reason),
            cancellationToken);

    /// <summary>Cancels some of what a query finds.</summary>
    public static async Task CancelAsync(
        IQueryable<DeliveryRow> deliveries, IEnumerable<long> seqs, long now, CancelReason reason, CancellationToken cancellationToken)
    {
        foreach (var chunk in seqs.Chunk(StoreDatabase.MaxKeys))
        {
            await CancelAsync(deliveries.Where(row => chunk.Contains(row.Seq)), now, reason, cancellationToken).ConfigureAwait(false);
        }
    }
}
