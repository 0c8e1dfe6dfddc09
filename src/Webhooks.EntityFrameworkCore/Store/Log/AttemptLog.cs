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
        var after = query.Cursor is null ? 0 : PageCursor.Decode<int>(ListName, query.Cursor);
        if (!WebhookIdGenerator.TryDecode(WebhookIdGenerator.DeliveryPrefix, query.DeliveryId, out var key))
        {
            return Task.FromResult(new Page<DeliveryAttempt>([], NextCursor: null));
        }

        return database.ReadAsync(
            async (context, cancellation) =>
            {
                var tenant = RowKey.Tenant(query.TenantId);
                var deliveries = context.Set<DeliveryRow>().Where(row => row.Key == key && row.TenantKey == tenant);
                var rows = await context.Set<AttemptRow>()
                    .Where(attempt => deliveries.Any(delivery => delivery.Seq == attempt.DeliverySeq) && attempt.Number > after)
                    .OrderBy(static attempt => attempt.Number)
                    .Take(query.Limit + 1)
                    .ToListAsync(cancellation).ConfigureAwait(false);
                return new Page<DeliveryAttempt>(
                    [.. rows.Take(query.Limit).Select(row => Read(row, query))],
                    rows.Count > query.Limit ? PageCursor.Encode(ListName, rows[query.Limit - 1].Number) : null);
            },
            cancellationToken);
    }

    private static DeliveryAttempt Read(AttemptRow row, AttemptQuery query) => new()
    {
        TenantId = query.TenantId,
        DeliveryId = query.DeliveryId,
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
