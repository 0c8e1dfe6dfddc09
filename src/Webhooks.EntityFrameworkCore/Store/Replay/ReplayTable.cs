using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Webhooks.EntityFrameworkCore.Store.Connections;
using Webhooks.EntityFrameworkCore.Store.Log;
using Webhooks.EntityFrameworkCore.Store.Model;
using Webhooks.Replay;
using Webhooks.Storage;

namespace Webhooks.EntityFrameworkCore.Store.Replay;

/// <summary>Starts, ends and removes replays, and gives them their turns.</summary>
internal sealed class ReplayTable(StoreDatabase database, NeverSentReplay neverSent)
{
    private const string ListName = "replays";

    public Task<bool> InsertAsync(ReplayJob job, CancellationToken cancellationToken) => database.WriteAsync(
        async (context, cancellation) =>
        {
            var key = RowKey.Replay(job.Request.TenantId, job.Id);
            if (await context.Set<ReplayRow>().AnyAsync(row => row.Key == key, cancellation).ConfigureAwait(false))
            {
                return false;
            }

            context.Add(new ReplayRow
            {
                Key = key,
                TenantKey = RowKey.Tenant(job.Request.TenantId),
                TenantId = job.Request.TenantId,
                Id = job.Id,
                Status = (int)ReplayStatus.Active,
                Selection = (int)job.Request.Selection,
                EndpointId = job.Request.EndpointId,
                EventType = job.Request.EventType,
                Since = job.Request.Since?.ToMilliseconds(),
                Until = job.Request.Until!.Value.ToMilliseconds(),
                CreatedAt = job.CreatedAt.ToMilliseconds(),
                DueAt = job.CreatedAt.ToMilliseconds(),
            });
            await context.SaveChangesAsync(cancellation).ConfigureAwait(false);
            return true;
        },
        cancellationToken);

    public Task<ReplayJob?> GetAsync(string tenantId, string jobId, CancellationToken cancellationToken) => database.ReadAsync(
        (context, cancellation) => FindAsync(context, tenantId, jobId, cancellation), cancellationToken);

    public Task<Page<ReplayJob>> ListAsync(ReplayQuery query, CancellationToken cancellationToken)
    {
        var before = query.Cursor is null ? long.MaxValue : PageCursor.Decode<long>(ListName, query.Cursor);
        return database.ReadAsync(
            async (context, cancellation) =>
            {
                var tenant = RowKey.Tenant(query.TenantId);
                var rows = context.Set<ReplayRow>().Where(row => row.TenantKey == tenant && row.Seq < before);
                if (query.Status is { } status)
                {
                    rows = rows.Where(row => row.Status == (int)status);
                }

                var page = await rows.OrderByDescending(static row => row.Seq).Take(query.Limit + 1).ToListAsync(cancellation).ConfigureAwait(false);
                return new Page<ReplayJob>(
                    [.. page.Take(query.Limit).Select(Read)],
                    page.Count > query.Limit ? PageCursor.Encode(ListName, page[query.Limit - 1].Seq) : null);
            },
            cancellationToken);
    }

    public Task<ReplayJob?> CancelAsync(string tenantId, string jobId, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.RunAsync(
            async (context, cancellation) =>
            {
                var key = RowKey.Replay(tenantId, jobId);
                var time = now.ToMilliseconds();
                await context.Set<ReplayRow>().Where(row => row.Key == key && row.Status == (int)ReplayStatus.Active).ExecuteUpdateAsync(
                    update => update
                        .SetProperty(static row => row.Status, (int)ReplayStatus.Canceled)
                        .SetProperty(static row => row.CompletedAt, time),
                    cancellation).ConfigureAwait(false);
                return await FindAsync(context, tenantId, jobId, cancellation).ConfigureAwait(false);
            },
            cancellationToken);

    public Task<int> PruneAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken) => database.RunAsync(
        async (context, cancellation) =>
        {
            var before = endedBefore.ToMilliseconds();
            var removed = 0;
            var seqs = await context.Set<ReplayRow>().Where(row => row.CompletedAt < before)
                .OrderBy(static row => row.CompletedAt)
                .Select(static row => row.Seq)
                .Take(limit)
                .ToListAsync(cancellation).ConfigureAwait(false);
            foreach (var chunk in seqs.Chunk(StoreDatabase.MaxKeys))
            {
                removed += await context.Set<ReplayRow>().Where(row => chunk.Contains(row.Seq)).ExecuteDeleteAsync(cancellation).ConfigureAwait(false);
            }

            return removed;
        },
        cancellationToken);

    public Task<ReplayTurnResult> RunAsync(ReplayTurn turn, CancellationToken cancellationToken) => database.WriteAsync(
        async (context, cancellation) =>
        {
            var due = await TakeTurnAsync(context, turn, cancellation).ConfigureAwait(false);
            if (due.Row is not { } row)
            {
                return new ReplayTurnResult(Job: null, 0, due.NextDueAt.ToTime());
            }

            var job = Read(row);
            var plan = new ReplayPlan(job, turn, row.BlockedSince.ToTime());
            var after = row.Position is null
                ? new ListPosition(row.Since ?? long.MinValue, long.MinValue, long.MinValue)
                : ListPosition.Parse(row.Position, CultureInfo.InvariantCulture);
            var (hasMore, position) = job.Request.Selection == ReplaySelection.NeverSent
                ? await neverSent.RunAsync(context, job.Request, plan, turn, after, cancellation).ConfigureAwait(false)
                : await EndedReplay.RunAsync(context, job.Request, plan, turn, after, cancellation).ConfigureAwait(false);
            var result = plan.End(hasMore);
            Write(row, result.Job!, plan, position);
            await context.SaveChangesAsync(cancellation).ConfigureAwait(false);
            return result;
        },
        cancellationToken);

    /// <summary>Locks the replay that has been due longest and that nobody else works at.</summary>
    private static async Task<(ReplayRow? Row, long? NextDueAt)> TakeTurnAsync(
        DbContext context, ReplayTurn turn, CancellationToken cancellationToken)
    {
        var now = turn.Now.ToMilliseconds();
        while (true)
        {
            var first = await context.Set<ReplayRow>().Where(static row => row.Status == (int)ReplayStatus.Active)
                .OrderBy(static row => row.DueAt)
                .ThenBy(static row => row.Seq)
                .FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
            if (first is null || first.DueAt > now)
            {
                return (null, first?.DueAt);
            }

            // Whoever meets another's turn waits for its end and then finds the row changed.
            if (await context.Set<ReplayRow>()
                .Where(row => row.Seq == first.Seq && row.Turn == first.Turn && row.Status == (int)ReplayStatus.Active)
                .ExecuteUpdateAsync(static update => update.SetProperty(static row => row.Turn, static row => row.Turn + 1), cancellationToken)
                .ConfigureAwait(false) > 0)
            {
                var taken = await context.Set<ReplayRow>().AsTracking()
                    .SingleAsync(row => row.Seq == first.Seq, cancellationToken).ConfigureAwait(false);
                return (taken, null);
            }
        }
    }

    private static async Task<ReplayJob?> FindAsync(DbContext context, string tenantId, string jobId, CancellationToken cancellationToken)
    {
        var key = RowKey.Replay(tenantId, jobId);
        var row = await context.Set<ReplayRow>().SingleOrDefaultAsync(row => row.Key == key, cancellationToken).ConfigureAwait(false);
        return row is null ? null : Read(row);
    }

    private static void Write(ReplayRow row, ReplayJob job, ReplayPlan plan, ListPosition position)
    {
        row.Status = (int)job.Status;
        row.CompletedAt = job.CompletedAt?.ToMilliseconds();
        row.ReachedAt = job.ReachedAt?.ToMilliseconds();
        row.ReplayedCount = job.ReplayedCount;
        row.SkippedCount = job.SkippedCount;
        row.DueAt = plan.DueAt.ToMilliseconds();
        row.BlockedSince = plan.BlockedSince?.ToMilliseconds();
        row.Position = position.ToString();
    }

    private static ReplayJob Read(ReplayRow row) => new()
    {
        Id = row.Id,
        Request = new ReplayRequest
        {
            TenantId = row.TenantId,
            Selection = (ReplaySelection)row.Selection,
            EndpointId = row.EndpointId,
            EventType = row.EventType,
            Since = row.Since.ToTime(),
            Until = row.Until.ToTime(),
        },
        Status = (ReplayStatus)row.Status,
        CreatedAt = row.CreatedAt.ToTime(),
        CompletedAt = row.CompletedAt.ToTime(),
        ReachedAt = row.ReachedAt.ToTime(),
        ReplayedCount = row.ReplayedCount,
        SkippedCount = row.SkippedCount,
    };
}
