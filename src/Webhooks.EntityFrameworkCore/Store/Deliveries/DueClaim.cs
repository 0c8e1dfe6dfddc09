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
        var met = due.ToLookup(row => row.FateAt(now));
        await EndAsync(met, now, cancellationToken).ConfigureAwait(false);
        foreach (var endpoint in met[DueFate.Hold].GroupBy(static row => row.EndpointKey))
        {
            await HoldAsync(endpoint.Key, [.. endpoint.Select(static row => row.Seq)], now, cancellationToken).ConfigureAwait(false);
        }

        List<MetDelivery> free = [.. met[DueFate.Lease]];
        var leased = free.Count == 0 ? [] : await LeaseAsync(free, request, now, cancellationToken).ConfigureAwait(false);
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
                 ExpiresAt = delivery.ExpiresAt,
                 IsAtMostOnce = delivery.IsAtMostOnce,
                 HasOwner = delivery.Owner != null,
                 HasEndpoint = endpoint != null,
                 IsHolding = endpoint != null
                    && (endpoint.Status != (int)EndpointStatus.Enabled || endpoint.PausedUntil != null || endpoint.IsOrdered),
             })
            .Take(limit)
            .ToListAsync(cancellation),
        cancellationToken);

    private async Task EndAsync(ILookup<DueFate, DueRow> met, long now, CancellationToken cancellationToken)
    {
        if (met.Contains(DueFate.Expire) || met.Contains(DueFate.Cancel))
        {
            await database.WriteAsync(
                async (context, cancellation) =>
                {
                    var due = Due(context, now);
                    var endpoints = context.Set<EndpointRow>();
                    await Ender.CancelAsync(due, SeqsOf(DueFate.Expire), now, CancelReason.Expired, cancellation).ConfigureAwait(false);
                    await Ender.CancelAsync(
                        due.Where(row => !endpoints.Any(endpoint => endpoint.Key == row.EndpointKey)),
                        SeqsOf(DueFate.Cancel),
                        now,
                        CancelReason.EndpointDeleted,
                        cancellation).ConfigureAwait(false);
                    return true;
                },
                cancellationToken).ConfigureAwait(false);
        }

        IEnumerable<long> SeqsOf(DueFate fate) => met[fate].Select(static row => row.Seq);
    }

    private Task<bool> HoldAsync(Guid endpointKey, IReadOnlyList<long> seqs, long now, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (context, cancellation) =>
            {
                if (await EndpointLock.TakeAsync(context, endpointKey, now, cancellation).ConfigureAwait(false) == EndpointHold.None)
                {
                    return false;
                }

                foreach (var chunk in seqs.Chunk(StoreDatabase.MaxKeys))
                {
                    await MetDelivery.Where(Due(context, now), isInterrupted: false).Where(row => chunk.Contains(row.Seq)).ExecuteUpdateAsync(
                        static update => update
                            .SetProperty(static row => row.DueAt, (long?)null)
                            .SetProperty(static row => row.Owner, (Guid?)null),
                        cancellation).ConfigureAwait(false);
                }

                return true;
            },
            cancellationToken);

    private Task<List<LeasedDelivery>> LeaseAsync(List<MetDelivery> met, ClaimRequest request, long now, CancellationToken cancellationToken) =>
        database.RunAsync(
            (context, cancellation) => LeaseWriter.LeaseAsync(
                context, Due(context, now), met, request.Owner, request.LeaseUntil, isOrdered: false, cancellation),
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

    /// <summary>What a claim does with what it meets.</summary>
    private enum DueFate
    {
        Lease,
        Hold,
        Cancel,
        Expire,
    }

    private sealed record DueRow : MetDelivery
    {
        public Guid EndpointKey { get; init; }

        public bool HasEndpoint { get; init; }

        public bool IsHolding { get; init; }

        public DueFate FateAt(long now) => this switch
        {
            { HasEndpoint: false } => DueFate.Cancel,
            _ when IsExpired(now) => DueFate.Expire,
            { IsHolding: true, IsInterrupted: false } => DueFate.Hold,
            _ => DueFate.Lease,
        };
    }
}
