using Microsoft.EntityFrameworkCore;
using Webhooks.EntityFrameworkCore.Store.Connections;
using Webhooks.EntityFrameworkCore.Store.Model;
using Webhooks.Storage;

namespace Webhooks.EntityFrameworkCore.Store.Deliveries;

/// <summary>Shares out time for rate limits.</summary>
internal sealed class RateTable(StoreDatabase database)
{
    public async Task<IReadOnlyList<DateTimeOffset>> ReserveAsync(
        DateTimeOffset now, IReadOnlyList<RateReservation> reservations, CancellationToken cancellationToken)
    {
        var starts = new DateTimeOffset[reservations.Count];
        for (var i = 0; i < starts.Length; i++)
        {
            starts[i] = (await ReserveAsync(now.ToMilliseconds(), reservations[i], cancellationToken).ConfigureAwait(false)).ToTime();
        }

        return starts;
    }

    /// <summary>Removes lines that have ended. They are few: there is no index by their ends.</summary>
    public Task<int> PruneAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken) => database.RunAsync(
        async (context, cancellation) =>
        {
            var before = endedBefore.ToMilliseconds();
            var ended = context.Set<RateRow>().Where(row => row.EndAt < before);
            var keys = await ended.Select(static row => row.Key).Take(limit).ToListAsync(cancellation).ConfigureAwait(false);
            var removed = 0;
            foreach (var chunk in keys.Chunk(StoreDatabase.MaxKeys))
            {
                removed += await ended.Where(row => chunk.Contains(row.Key)).ExecuteDeleteAsync(cancellation).ConfigureAwait(false);
            }

            return removed;
        },
        cancellationToken);

    /// <summary>The row is locked first, so that those who meet wait instead of failing.</summary>
    private Task<long> ReserveAsync(long now, RateReservation reservation, CancellationToken cancellationToken) => database.WriteAsync(
        async (context, cancellation) =>
        {
            var key = RowKey.Rate(reservation.TenantId, reservation.EndpointId);
            var length = (long)reservation.Length.TotalMilliseconds;
            var pace = reservation.Interval.Ticks;
            var rate = context.Set<RateRow>().Where(row => row.Key == key);
            if (await rate.ExecuteUpdateAsync(
                update => update
                    .SetProperty(static row => row.EndAt, row => (row.Pace == pace && row.EndAt > now ? row.EndAt : now) + length)
                    .SetProperty(static row => row.Pace, pace),
                cancellation).ConfigureAwait(false) > 0)
            {
                return await rate.Select(static row => row.EndAt).SingleAsync(cancellation).ConfigureAwait(false) - length;
            }

            context.Add(new RateRow { Key = key, TenantKey = RowKey.Tenant(reservation.TenantId), EndAt = now + length, Pace = pace });
            await context.SaveChangesAsync(cancellation).ConfigureAwait(false);
            return now;
        },
        cancellationToken);
}
