using Microsoft.EntityFrameworkCore;
using Webhooks.Dispatching;
using Webhooks.EntityFrameworkCore.Store.Connections;
using Webhooks.EntityFrameworkCore.Store.Endpoints;
using Webhooks.EntityFrameworkCore.Store.Model;
using Webhooks.Endpoints;
using Webhooks.Storage;

namespace Webhooks.EntityFrameworkCore.Store.Deliveries;

/// <summary>Claims what is due, and the endpoints whose pause is over.</summary>
/// <remarks>
/// What is read may have changed when it is written: every write is on the condition that it is still due. So each is right by itself, and
/// none needs the transaction of another.
/// </remarks>
internal sealed class DueClaim(StoreDatabase database)
{
    /// <summary>The most endpoints that one claim takes over.</summary>
    private const int MaxResumed = 64;

    public async Task<ClaimResult> ClaimAsync(ClaimRequest request, CancellationToken cancellationToken)
    {
        var now = request.Now.ToMilliseconds();
        var due = await FindDueAsync(now, request.Limit, cancellationToken).ConfigureAwait(false);
        await CancelAsync([.. due.Where(static row => row.Version is null).Select(static row => row.Seq)], now, cancellationToken).ConfigureAwait(false);
        foreach (var endpoint in due.Where(static row => row.IsHolding).GroupBy(static row => row.EndpointKey))
        {
            await HoldAsync(endpoint.Key, [.. endpoint.Select(static row => row.Seq)], now, cancellationToken).ConfigureAwait(false);
        }

        var leasable = due.FindAll(static row => row.Version is not null && !row.IsHolding);
        IReadOnlyList<LeasedDelivery> leased = [];
        if (leasable.Count > 0)
        {
            var versions = leasable.DistinctBy(static row => row.EndpointKey).ToDictionary(static row => row.EndpointKey, static row => row.Version!.Value);
            leased = await database.RunAsync(
                (context, cancellation) => LeaseWriter.LeaseAsync(
                    context,
                    Due(context, now),
                    leasable.ConvertAll(static row => row.Seq),
                    key => versions[key],
                    request.Owner,
                    request.LeaseUntil,
                    cancellation),
                cancellationToken).ConfigureAwait(false);
        }

        var resumed = await TakeOverAsync(request, now, cancellationToken).ConfigureAwait(false);
        var next = await FindNextDueAsync(cancellationToken).ConfigureAwait(false);
        return new ClaimResult(leased, resumed, due.Count == request.Limit || resumed.Count == MaxResumed, next);
    }

    public Task<DateTimeOffset?> FindOldestAsync(DateTimeOffset now, CancellationToken cancellationToken) => database.ReadAsync(
        async (context, cancellation) => (await Due(context, now.ToMilliseconds())
            .MinAsync(static row => row.DueAt, cancellation).ConfigureAwait(false)).ToTime(),
        cancellationToken);

    private static IQueryable<DeliveryRow> Due(DbContext context, long now) =>
        context.Set<DeliveryRow>().Where(row => row.Status == (int)DeliveryStatus.Pending && row.DueAt <= now);

    private Task<List<DueRow>> FindDueAsync(long now, int limit, CancellationToken cancellationToken) => database.ReadAsync(
        (context, cancellation) =>
            (from delivery in Due(context, now)
             join e in context.Set<EndpointRow>() on delivery.EndpointKey equals e.Key into endpoints
             from endpoint in endpoints.DefaultIfEmpty()
             orderby delivery.DueAt, delivery.Seq
             select new DueRow
             {
                 Seq = delivery.Seq,
                 EndpointKey = delivery.EndpointKey,
                 Version = endpoint == null ? null : endpoint.Version,
                 IsHolding = endpoint != null && (endpoint.Status != (int)EndpointStatus.Enabled || endpoint.PausedUntil != null),
             })
            .Take(limit)
            .ToListAsync(cancellation),
        cancellationToken);

    private Task<int> CancelAsync(IReadOnlyList<long> seqs, long now, CancellationToken cancellationToken) => seqs.Count == 0
        ? Task.FromResult(0)
        : database.RunAsync(
            async (context, cancellation) =>
            {
                var endpoints = context.Set<EndpointRow>();
                foreach (var chunk in seqs.Chunk(StoreDatabase.MaxKeys))
                {
                    await Due(context, now)
                        .Where(row => chunk.Contains(row.Seq) && !endpoints.Any(endpoint => endpoint.Key == row.EndpointKey))
                        .ExecuteUpdateAsync(
                            update => update
                                .SetProperty(static row => row.Status, (int)DeliveryStatus.Canceled)
                                .SetProperty(static row => row.DueAt, (long?)null)
                                .SetProperty(static row => row.Owner, (Guid?)null)
                                .SetProperty(static row => row.CompletedAt, now)
                                .SetProperty(static row => row.CancelReason, (int)CancelReason.EndpointDeleted),
                            cancellation).ConfigureAwait(false);
                }

                return seqs.Count;
            },
            cancellationToken);

    private Task<bool> HoldAsync(Guid endpointKey, IReadOnlyList<long> seqs, long now, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (context, cancellation) =>
            {
                if (!await EndpointLock.TryTakeAsync(context, endpointKey, cancellation).ConfigureAwait(false))
                {
                    return false;
                }

                foreach (var chunk in seqs.Chunk(StoreDatabase.MaxKeys))
                {
                    await Due(context, now).Where(row => chunk.Contains(row.Seq)).ExecuteUpdateAsync(
                        static update => update
                            .SetProperty(static row => row.DueAt, (long?)null)
                            .SetProperty(static row => row.Owner, (Guid?)null),
                        cancellation).ConfigureAwait(false);
                }

                return true;
            },
            cancellationToken);

    private Task<List<EndpointKey>> TakeOverAsync(ClaimRequest request, long now, CancellationToken cancellationToken) =>
        database.RunAsync(
            async (context, cancellation) =>
            {
                var paused = context.Set<EndpointRow>().Where(row => row.PausedUntil <= now && row.Status == (int)EndpointStatus.Enabled);
                var seqs = await paused.OrderBy(static row => row.PausedUntil).ThenBy(static row => row.Seq)
                    .Select(static row => row.Seq).Take(MaxResumed).ToListAsync(cancellation).ConfigureAwait(false);
                if (seqs.Count == 0)
                {
                    return [];
                }

                Guid? claim = Guid.NewGuid();
                Guid? owner = RowKey.Owner(request.Owner);
                long? until = request.LeaseUntil.ToMilliseconds();
                await paused.Where(row => seqs.Contains(row.Seq)).ExecuteUpdateAsync(
                    update => update
                        .SetProperty(static row => row.PausedUntil, until)
                        .SetProperty(static row => row.PausedBy, owner)
                        .SetProperty(static row => row.PauseReason, (int)PauseReason.Backlog)
                        .SetProperty(static row => row.Claim, claim),
                    cancellation).ConfigureAwait(false);
                var taken = await context.Set<EndpointRow>().Where(row => seqs.Contains(row.Seq) && row.Claim == claim)
                    .OrderBy(static row => row.Seq)
                    .Select(static row => new { row.TenantId, row.Id })
                    .ToListAsync(cancellation).ConfigureAwait(false);
                return taken.ConvertAll(static row => new EndpointKey(row.TenantId, row.Id));
            },
            cancellationToken);

    private Task<DateTimeOffset?> FindNextDueAsync(CancellationToken cancellationToken) => database.ReadAsync(
        async (context, cancellation) =>
        {
            var delivery = await context.Set<DeliveryRow>().Where(static row => row.DueAt != null)
                .MinAsync(static row => row.DueAt, cancellation).ConfigureAwait(false);
            var pause = await context.Set<EndpointRow>()
                .Where(static row => row.PausedUntil != null && row.Status == (int)EndpointStatus.Enabled)
                .MinAsync(static row => row.PausedUntil, cancellation).ConfigureAwait(false);
            return (delivery is null || pause < delivery ? pause : delivery).ToTime();
        },
        cancellationToken);

    private sealed record DueRow
    {
        public long Seq { get; init; }

        public Guid EndpointKey { get; init; }

        /// <summary>Null: the endpoint is gone.</summary>
        public long? Version { get; init; }

        public bool IsHolding { get; init; }
    }
}
