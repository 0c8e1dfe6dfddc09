using Microsoft.EntityFrameworkCore;
using Webhooks.Dispatching;
using Webhooks.EntityFrameworkCore.Store.Connections;
using Webhooks.EntityFrameworkCore.Store.Model;
using Webhooks.Endpoints;
using Webhooks.Storage;

namespace Webhooks.EntityFrameworkCore.Store.Log;

/// <summary>Reads deliveries for people.</summary>
internal sealed class DeliveryLog(StoreDatabase database)
{
    private const string ListName = "deliveries";

    public Task<WebhookDelivery?> GetAsync(string tenantId, string deliveryId, CancellationToken cancellationToken)
    {
        if (!WebhookIdGenerator.TryDecode(WebhookIdGenerator.DeliveryPrefix, deliveryId, out var key))
        {
            return Task.FromResult<WebhookDelivery?>(null);
        }

        return database.ReadAsync(
            async (context, cancellation) =>
            {
                var tenant = RowKey.Tenant(tenantId);
                var found = await Look(context, context.Set<DeliveryRow>().Where(row => row.Key == key && row.TenantKey == tenant))
                    .SingleOrDefaultAsync(cancellation).ConfigureAwait(false);
                return found is null ? null : Read(found);
            },
            cancellationToken);
    }

    public Task<Page<WebhookDelivery>> ListAsync(DeliveryQuery query, CancellationToken cancellationToken)
    {
        var before = ListPosition.Before(ListName, query.Cursor, query.Until);
        return database.ReadAsync(
            async (context, cancellation) =>
            {
                var rows = Filter(context, query)
                    .Where(row => row.CreatedAt < before.CreatedAt
                        || (row.CreatedAt == before.CreatedAt
                            && (row.MessageSeq < before.Seq || (row.MessageSeq == before.Seq && row.Seq < before.DeliverySeq))))
                    .OrderByDescending(static row => row.CreatedAt)
                    .ThenByDescending(static row => row.MessageSeq)
                    .ThenByDescending(static row => row.Seq)
                    .Take(query.Limit + 1);
                var page = await Look(context, rows).ToListAsync(cancellation).ConfigureAwait(false);
                var ordered = page
                    .OrderByDescending(static found => found.Row.CreatedAt)
                    .ThenByDescending(static found => found.Row.MessageSeq)
                    .ThenByDescending(static found => found.Row.Seq)
                    .Select(static found => (new ListPosition(found.Row.CreatedAt, found.Row.MessageSeq, found.Row.Seq), Read(found)))
                    .ToList();
                return ListPosition.ToPage(ListName, ordered, query.Limit);
            },
            cancellationToken);
    }

    public Task<DeliveryCounts> CountAsync(DeliveryCountQuery query, CancellationToken cancellationToken)
    {
        var filter = new DeliveryQuery { TenantId = query.TenantId, EndpointId = query.EndpointId, Since = query.Since };
        var end = query.Until is { } until ? Times.FirstNotBefore(until) : long.MaxValue;
        return database.ReadAsync(
            async (context, cancellation) =>
            {
                var counts = await Filter(context, filter)
                    .Where(row => row.CreatedAt < end)
                    .OrderByDescending(static row => row.CreatedAt)
                    .ThenByDescending(static row => row.MessageSeq)
                    .ThenByDescending(static row => row.Seq)
                    .Take(query.Limit)
                    .GroupBy(static row => row.Status)
                    .Select(static group => new { group.Key, Count = group.LongCount() })
                    .ToDictionaryAsync(static found => (DeliveryStatus)found.Key, static found => found.Count, cancellation).ConfigureAwait(false);
                return DeliveryCounts.Create(
                    counts.GetValueOrDefault(DeliveryStatus.Pending),
                    counts.GetValueOrDefault(DeliveryStatus.Succeeded),
                    counts.GetValueOrDefault(DeliveryStatus.Failed),
                    counts.GetValueOrDefault(DeliveryStatus.Canceled),
                    query.Limit);
            },
            cancellationToken);
    }

    private static IQueryable<DeliveryRow> Filter(DbContext context, DeliveryQuery query)
    {
        var tenant = RowKey.Tenant(query.TenantId);
        var rows = context.Set<DeliveryRow>().Where(row => row.TenantKey == tenant);
        if (query.EndpointId is not null)
        {
            var endpoint = RowKey.Endpoint(query.TenantId, query.EndpointId);
            rows = rows.Where(row => row.EndpointKey == endpoint);
        }

        if (query.MessageId is not null)
        {
            var name = RowKey.Message(query.TenantId, query.MessageId);
            rows = rows.Where(row => context.Set<NameRow>().Any(message => message.Key == name && message.MessageSeq == row.MessageSeq));
        }

        if (query.Status is { } status)
        {
            rows = rows.Where(row => row.Status == (int)status);
        }

        if (query.EventType is not null)
        {
            var eventType = RowKey.EventType(query.EventType);
            rows = rows.Where(row => row.EventTypeKey == eventType);
        }

        if (query.Since is { } since)
        {
            var first = Times.FirstNotBefore(since);
            rows = rows.Where(row => row.CreatedAt >= first);
        }

        return rows;
    }

    private static IQueryable<Found> Look(DbContext context, IQueryable<DeliveryRow> rows) =>
        from row in rows
        join e in context.Set<EndpointRow>() on row.EndpointKey equals e.Key into endpoints
        from endpoint in endpoints.DefaultIfEmpty()
        select new Found
        {
            Row = row,
            TenantId = row.Message.TenantId,
            MessageId = row.Message.Id,
            EventType = row.Message.EventType,
            IsDisabled = endpoint != null && endpoint.Status == (int)EndpointStatus.Disabled,
        };

    private static WebhookDelivery Read(Found found)
    {
        var row = found.Row;
        return new WebhookDelivery
        {
            Id = WebhookIdGenerator.Encode(WebhookIdGenerator.DeliveryPrefix, row.Key),
            TenantId = found.TenantId,
            MessageId = found.MessageId,
            EndpointId = row.EndpointId,
            EventType = found.EventType,
            Status = (DeliveryStatus)row.Status,
            AttemptCount = row.AttemptCount,
            CreatedAt = row.CreatedAt.ToTime(),
            NextAttemptAt = row.Owner is null ? row.DueAt.ToTime() : null,
            LeaseUntil = row.Owner is null ? null : row.DueAt.ToTime(),
            CompletedAt = row.CompletedAt.ToTime(),
            CancelReason = (CancelReason?)row.CancelReason,
            LastStatusCode = row.LastStatusCode,
            LastError = (AttemptError?)row.LastError,
            LastDuration = row.LastDuration is { } duration ? TimeSpan.FromMilliseconds(duration) : null,
            IsEndpointDisabled = row.Status == (int)DeliveryStatus.Pending && found.IsDisabled,
        };
    }

    private sealed record Found
    {
        public required DeliveryRow Row { get; init; }

        public required string TenantId { get; init; }

        public required string MessageId { get; init; }

        public required string EventType { get; init; }

        public bool IsDisabled { get; init; }
    }
}
