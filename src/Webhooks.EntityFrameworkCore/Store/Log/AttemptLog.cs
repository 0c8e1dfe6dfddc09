using Microsoft.EntityFrameworkCore;
using Webhooks.Dispatching;
using Webhooks.EntityFrameworkCore.Store.Connections;
using Webhooks.EntityFrameworkCore.Store.Model;
using Webhooks.Storage;

namespace Webhooks.EntityFrameworkCore.Store.Log;

/// <summary>Reads attempts for people.</summary>
internal sealed class AttemptLog(StoreDatabase database)
{
    private const string ListName = "attempts";

    public Task<Page<DeliveryAttempt>> ListAsync(AttemptQuery query, CancellationToken cancellationToken)
    {
        // A position is a delivery's number and an attempt's.
        var after = query.Cursor is null ? 0 : PageCursor.Decode<Int128>(ListName, query.Cursor);
        var (seq, number) = ((long)(after >> 32), (int)(after & int.MaxValue));
        return database.ReadAsync(
            async (context, cancellation) =>
            {
                var rows = await Deliveries(context, query)
                    .Join(
                        context.Set<AttemptRow>(),
                        static delivery => delivery.Seq,
                        static attempt => attempt.DeliverySeq,
                        static (delivery, attempt) => new { delivery.Key, Attempt = attempt })
                    .Where(row => row.Attempt.DeliverySeq > seq || (row.Attempt.DeliverySeq == seq && row.Attempt.Number > number))
                    .OrderBy(static row => row.Attempt.DeliverySeq)
                    .ThenBy(static row => row.Attempt.Number)
                    .Take(query.Limit + 1)
                    .ToListAsync(cancellation).ConfigureAwait(false);
                var next = rows.Count > query.Limit ? rows[query.Limit - 1].Attempt : null;
                return new Page<DeliveryAttempt>(
                    [.. rows.Take(query.Limit).Select(row => Read(row.Attempt, row.Key, query.TenantId))],
                    next is null ? null : PageCursor.Encode(ListName, ((Int128)next.DeliverySeq << 32) | (uint)next.Number));
            },
            cancellationToken);
    }

    private static IQueryable<DeliveryRow> Deliveries(DbContext context, AttemptQuery query)
    {
        var tenant = RowKey.Tenant(query.TenantId);
        var rows = context.Set<DeliveryRow>().Where(row => row.TenantKey == tenant);
        if (query.MessageId is not null)
        {
            var name = RowKey.Message(query.TenantId, query.MessageId);
            return rows.Where(row => context.Set<NameRow>().Any(message => message.Key == name && message.MessageSeq == row.MessageSeq));
        }

        return WebhookIdGenerator.TryDecode(WebhookIdGenerator.DeliveryPrefix, query.DeliveryId!, out var key)
            ? rows.Where(row => row.Key == key)
            : rows.Where(static _ => false);
    }

    private static DeliveryAttempt Read(AttemptRow row, Guid deliveryKey, string tenantId) => new()
    {
        TenantId = tenantId,
        DeliveryId = WebhookIdGenerator.Encode(WebhookIdGenerator.DeliveryPrefix, deliveryKey),
        Number = row.Number,
        Id = row.Id,
        StartedAt = row.StartedAt.ToTime(),
        Duration = TimeSpan.FromMilliseconds(row.Duration),
        StatusCode = row.StatusCode,
        Error = (AttemptError)row.Error,
        ErrorMessage = row.ErrorMessage,
        IsResponseTruncated = row.IsTruncated,
        ResponseExcerpt = row.Response ?? ReadOnlyMemory<byte>.Empty,
    };
}
