using Microsoft.EntityFrameworkCore;
using Webhooks.EntityFrameworkCore.Store.Connections;
using Webhooks.EntityFrameworkCore.Store.Messages;
using Webhooks.EntityFrameworkCore.Store.Model;
using Webhooks.Storage;

namespace Webhooks.EntityFrameworkCore.Store.Erasure;

/// <summary>Erases tenants, and counts what there is of them.</summary>
internal sealed class TenantEraser(StoreDatabase database)
{
    public Task<TenantRows> CountAsync(string tenantId, CancellationToken cancellationToken) => database.ReadAsync(
        async (context, cancellation) =>
        {
            var tenant = RowKey.Tenant(tenantId);
            var deliveries = context.Set<DeliveryRow>().Where(row => row.TenantKey == tenant);
            return new TenantRows
            {
                Endpoints = await context.Set<EndpointRow>().LongCountAsync(row => row.TenantKey == tenant, cancellation).ConfigureAwait(false),
                Messages = await context.Set<MessageRow>().LongCountAsync(row => row.TenantKey == tenant, cancellation).ConfigureAwait(false),
                Deliveries = await deliveries.LongCountAsync(cancellation).ConfigureAwait(false),
                Attempts = await context.Set<AttemptRow>()
                    .LongCountAsync(attempt => deliveries.Any(row => row.Seq == attempt.DeliverySeq), cancellation).ConfigureAwait(false),
                Replays = await context.Set<ReplayRow>().LongCountAsync(row => row.TenantKey == tenant, cancellation).ConfigureAwait(false),
                Ids = await context.Set<NameRow>().LongCountAsync(row => row.Message.TenantKey == tenant, cancellation).ConfigureAwait(false)
                    + await context.Set<SubscriptionRow>().LongCountAsync(row => row.TenantKey == tenant, cancellation).ConfigureAwait(false),
                RateLimits = await context.Set<RateRow>().LongCountAsync(row => row.TenantKey == tenant, cancellation).ConfigureAwait(false),
            };
        },
        cancellationToken);

    public async Task<TenantRows> EraseAsync(string tenantId, int limit, CancellationToken cancellationToken)
    {
        var tenant = RowKey.Tenant(tenantId);
        var some = Math.Min(limit, StoreDatabase.MaxKeys);
        var erased = await database.WriteAsync(
            (context, cancellation) => EraseEndpointsAsync(context, tenant, some, cancellation), cancellationToken).ConfigureAwait(false);
        erased += await database.WriteAsync(
            (context, cancellation) => EraseOthersAsync(context, tenant, some, cancellation), cancellationToken).ConfigureAwait(false);
        return erased + await database.WriteAsync(
            (context, cancellation) => EraseMessagesAsync(context, tenant, some, cancellation), cancellationToken).ConfigureAwait(false);
    }

    private static async Task<TenantRows> EraseEndpointsAsync(DbContext context, Guid tenant, int limit, CancellationToken cancellationToken)
    {
        var keys = await context.Set<EndpointRow>().Where(row => row.TenantKey == tenant)
            .OrderBy(static row => row.Seq)
            .Select(static row => row.Key)
            .Take(limit)
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        return keys.Count == 0
            ? new TenantRows()
            : new TenantRows
            {
                Endpoints = await context.Set<EndpointRow>().Where(row => keys.Contains(row.Key))
                    .ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false),
                Ids = await context.Set<SubscriptionRow>().Where(row => keys.Contains(row.EndpointKey))
                    .ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false),
            };
    }

    private static async Task<TenantRows> EraseOthersAsync(DbContext context, Guid tenant, int limit, CancellationToken cancellationToken)
    {
        var replays = await context.Set<ReplayRow>().Where(row => row.TenantKey == tenant)
            .Select(static row => row.Seq).Take(limit).ToListAsync(cancellationToken).ConfigureAwait(false);
        var rates = await context.Set<RateRow>().Where(row => row.TenantKey == tenant)
            .Select(static row => row.Key).Take(limit).ToListAsync(cancellationToken).ConfigureAwait(false);
        return new TenantRows
        {
            Replays = replays.Count == 0
                ? 0
                : await context.Set<ReplayRow>().Where(row => replays.Contains(row.Seq)).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false),
            RateLimits = rates.Count == 0
                ? 0
                : await context.Set<RateRow>().Where(row => rates.Contains(row.Key)).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false),
        };
    }

    /// <summary>
    /// A message goes with all its deliveries, and counts as many rows as they are. Deliveries go before their attempts: what an
    /// outcome adds until then is seen, and after that none takes effect.
    /// </summary>
    private static async Task<TenantRows> EraseMessagesAsync(DbContext context, Guid tenant, int limit, CancellationToken cancellationToken)
    {
        var found = await context.Set<MessageRow>().Where(row => row.TenantKey == tenant)
            .OrderBy(static row => row.CreatedAt)
            .ThenBy(static row => row.Seq)
            .Select(static row => new { row.Seq, row.DeliveryCount })
            .Take(limit)
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        var messages = new List<long>(found.Count);
        for (var (i, rows) = (0, 0); i < found.Count && rows < limit; i++)
        {
            messages.Add(found[i].Seq);
            rows += 1 + found[i].DeliveryCount;
        }

        if (messages.Count == 0)
        {
            return new TenantRows();
        }

        await MessageLock.TakeAsync(context, messages, cancellationToken).ConfigureAwait(false);
        var deliveries = await context.Set<DeliveryRow>().Where(row => messages.Contains(row.MessageSeq))
            .Select(static row => row.Seq).ToListAsync(cancellationToken).ConfigureAwait(false);
        var erased = new TenantRows();
        foreach (var chunk in deliveries.Chunk(StoreDatabase.MaxKeys))
        {
            erased += new TenantRows
            {
                Deliveries = await context.Set<DeliveryRow>().Where(row => chunk.Contains(row.Seq))
                    .ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false),
                Attempts = await context.Set<AttemptRow>().Where(row => chunk.Contains(row.DeliverySeq))
                    .ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false),
            };
        }

        return erased + new TenantRows
        {
            Ids = await context.Set<NameRow>().Where(row => messages.Contains(row.MessageSeq))
                .ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false),
            Messages = await context.Set<MessageRow>().Where(row => messages.Contains(row.Seq))
                .ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false),
        };
    }
}
