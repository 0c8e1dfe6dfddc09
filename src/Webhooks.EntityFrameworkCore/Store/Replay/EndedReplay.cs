using Microsoft.EntityFrameworkCore;
using Webhooks.Dispatching;
using Webhooks.EntityFrameworkCore.Store.Connections;
using Webhooks.EntityFrameworkCore.Store.Log;
using Webhooks.EntityFrameworkCore.Store.Model;
using Webhooks.Endpoints;
using Webhooks.Replay;
using Webhooks.Storage;

namespace Webhooks.EntityFrameworkCore.Store.Replay;

/// <summary>Makes deliveries that have ended pending again: one of them, or those that a replay selects.</summary>
internal sealed class EndedReplay(StoreDatabase database)
{
    public Task<ResendResult> ResendAsync(string tenantId, string deliveryId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!WebhookIdGenerator.TryDecode(WebhookIdGenerator.DeliveryPrefix, deliveryId, out var key))
        {
            return Task.FromResult(ResendResult.NotFound);
        }

        return database.WriteAsync(
            async (context, cancellation) =>
            {
                var tenant = RowKey.Tenant(tenantId);
                var row = await context.Set<DeliveryRow>().AsTracking()
                    .SingleOrDefaultAsync(row => row.Key == key && row.TenantKey == tenant, cancellation).ConfigureAwait(false);
                if (row is null)
                {
                    return ResendResult.NotFound;
                }

                var status = await context.Set<EndpointRow>().Where(endpoint => endpoint.Key == row.EndpointKey)
                    .Select(static endpoint => (int?)endpoint.Status).SingleOrDefaultAsync(cancellation).ConfigureAwait(false);
                if (status != (int)EndpointStatus.Enabled)
                {
                    return status is null ? ResendResult.EndpointGone : ResendResult.EndpointDisabled;
                }

                if (row.Status == (int)DeliveryStatus.Pending && (row.Owner is not null || row.DueAt is null || row.DueAt <= now.ToMilliseconds()))
                {
                    return ResendResult.Underway;
                }

                Reopen(row, now, ResendNote.ForOneAttempt(
                    (DeliveryStatus)row.Status,
                    row.AttemptCount,
                    row.DueAt.ToTime(),
                    ResendNote.Read(row.Resend),
                    (CancelReason?)row.CancelReason));
                await context.SaveChangesAsync(cancellation).ConfigureAwait(false);
                return ResendResult.Resent;
            },
            cancellationToken);
    }

    /// <summary>Does a replay's turn.</summary>
    /// <returns>Whether there may be rows that it did not look at, and how far it came.</returns>
    public static async Task<(bool HasMore, ListPosition Position)> RunAsync(
        DbContext context, ReplayRequest request, ReplayPlan plan, ReplayTurn turn, ListPosition after, CancellationToken cancellationToken)
    {
        var rows = await FindAsync(context, request, turn, after, cancellationToken).ConfigureAwait(false);
        foreach (var found in rows)
        {
            var row = found.Row;
            var isSent = found.EndpointStatus == (int)EndpointStatus.Enabled;
            if (!plan.TryTake(row.CreatedAt.ToTime(), isSent ? 1 : 0, isSent ? 0 : 1, isSent && found.IsPaused))
            {
                break;
            }

            after = new ListPosition(row.CreatedAt, row.MessageSeq, row.Seq);
            if (isSent)
            {
                context.Attach(row);
                Reopen(row, turn.Now, ResendNote.ForWholeSchedule(row.AttemptCount));
            }
        }

        return (rows.Count == turn.ScanLimit, after);
    }

    private static Task<List<Found>> FindAsync(
        DbContext context, ReplayRequest request, ReplayTurn turn, ListPosition after, CancellationToken cancellationToken)
    {
        var status = (int)(request.Selection switch
        {
            ReplaySelection.Succeeded => DeliveryStatus.Succeeded,
            ReplaySelection.Canceled => DeliveryStatus.Canceled,
            _ => DeliveryStatus.Failed,
        });
        var tenant = RowKey.Tenant(request.TenantId);
        var until = request.Until!.Value.ToMilliseconds();
        var rows = context.Set<DeliveryRow>().Where(row => row.TenantKey == tenant && row.Status == status && row.CreatedAt < until
            && (row.CreatedAt > after.CreatedAt
                || (row.CreatedAt == after.CreatedAt
                    && (row.MessageSeq > after.Seq || (row.MessageSeq == after.Seq && row.Seq > after.DeliverySeq)))));
        if (request.EndpointId is not null)
        {
            var endpointKey = RowKey.Endpoint(request.TenantId, request.EndpointId);
            rows = rows.Where(row => row.EndpointKey == endpointKey);
        }

        if (request.EventType is not null)
        {
            var eventType = RowKey.EventType(request.EventType);
            rows = rows.Where(row => row.EventTypeKey == eventType);
        }

        return (from row in rows
                join e in context.Set<EndpointRow>() on row.EndpointKey equals e.Key into endpoints
                from endpoint in endpoints.DefaultIfEmpty()
                orderby row.CreatedAt, row.MessageSeq, row.Seq
                select new Found
                {
                    Row = row,
                    EndpointStatus = endpoint == null ? null : endpoint.Status,
                    IsPaused = endpoint != null && endpoint.PausedUntil != null,
                })
            .Take(turn.ScanLimit)
            .ToListAsync(cancellationToken);
    }

    private static void Reopen(DeliveryRow row, DateTimeOffset now, ResendNote note)
    {
        row.Status = (int)DeliveryStatus.Pending;
        row.DueAt = now.ToMilliseconds();
        row.Owner = null;
        row.CompletedAt = null;
        row.CancelReason = null;
        row.Resend = note.ToString();
    }

    private sealed record Found
    {
        public required DeliveryRow Row { get; init; }

        public int? EndpointStatus { get; init; }

        public bool IsPaused { get; init; }
    }
}
