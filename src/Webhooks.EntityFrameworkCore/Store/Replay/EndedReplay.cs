using Microsoft.EntityFrameworkCore;
using Webhooks.Dispatching;
using Webhooks.EntityFrameworkCore.Store.Connections;
using Webhooks.EntityFrameworkCore.Store.Log;
using Webhooks.EntityFrameworkCore.Store.Messages;
using Webhooks.EntityFrameworkCore.Store.Model;
using Webhooks.Endpoints;
using Webhooks.Replay;
using Webhooks.Storage;

namespace Webhooks.EntityFrameworkCore.Store.Replay;

/// <summary>Makes deliveries that have ended pending again: one of them, or those that a replay selects.</summary>
internal sealed class EndedReplay(StoreDatabase database)
{
    public Task<ResendResult> ResendAsync(
        string tenantId, string deliveryId, DateTimeOffset now, string? resendId, CancellationToken cancellationToken)
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

                var note = ResendNote.Read(row.Resend);
                if (resendId is not null && string.Equals(note?.ResendId, resendId, StringComparison.Ordinal))
                {
                    return ResendResult.Repeated;
                }

                await MessageLock.TakeAsync(context, [row.MessageSeq], cancellation).ConfigureAwait(false);
                var message = await context.Set<MessageRow>().Where(message => message.Seq == row.MessageSeq)
                    .Select(static message => new { HasPayload = message.Payload != null, message.DeliverAt })
                    .SingleOrDefaultAsync(cancellation).ConfigureAwait(false);
                if (message is not { HasPayload: true })
                {
                    return message is null ? ResendResult.NotFound : ResendResult.PayloadRemoved;
                }

                var status = await context.Set<EndpointRow>().Where(endpoint => endpoint.Key == row.EndpointKey)
                    .Select(static endpoint => (int?)endpoint.Status).SingleOrDefaultAsync(cancellation).ConfigureAwait(false);
                if (status != (int)EndpointStatus.Enabled)
                {
                    return status is null ? ResendResult.EndpointGone : ResendResult.EndpointDisabled;
                }

                var time = now.ToMilliseconds();
                var before = ResendNote.Under(note, resendId);
                if (row.Status == (int)DeliveryStatus.Pending && (row.Owner is not null || row.DueAt is null || row.DueAt <= time))
                {
                    row.Resend = before?.ToString();
                    await context.SaveChangesAsync(cancellation).ConfigureAwait(false);
                    return ResendResult.Underway;
                }

                if (message.DeliverAt > time || row.ExpiresAt <= time)
                {
                    return message.DeliverAt > time ? ResendResult.NotYet : ResendResult.Expired;
                }

                Reopen(row, time, ResendNote.ForOneAttempt(
                    (DeliveryStatus)row.Status,
                    row.AttemptCount,
                    row.DueAt.ToTime(),
                    before,
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
        var now = turn.Now.ToMilliseconds();
        var sendable = await FindSendableAsync(context, rows.Select(static found => found.Row.MessageSeq).Distinct(), cancellationToken).ConfigureAwait(false);
        foreach (var found in rows)
        {
            var row = found.Row;
            var isSent = found.EndpointStatus == (int)EndpointStatus.Enabled && sendable.ContainsKey(row.MessageSeq) && !(row.ExpiresAt <= now);
            if (!plan.TryTake(row.CreatedAt.ToTime(), isSent ? 1 : 0, isSent ? 0 : 1, isSent && found.IsPaused))
            {
                break;
            }

            after = new ListPosition(row.CreatedAt, row.MessageSeq, row.Seq);
            if (isSent)
            {
                context.Attach(row);
                Reopen(
                    row,
                    sendable[row.MessageSeq] is { } deliverAt && deliverAt > now ? deliverAt : now,
                    ResendNote.ForWholeSchedule((DeliveryStatus)row.Status, row.AttemptCount, ResendNote.Read(row.Resend)));
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

    /// <summary>The messages, without tests, that have their payloads, and keep them until the turn ends, with the time before which they are not sent.</summary>
    private static async Task<Dictionary<long, long?>> FindSendableAsync(
        DbContext context, IEnumerable<long> seqs, CancellationToken cancellationToken)
    {
        var sendable = new Dictionary<long, long?>();
        foreach (var chunk in seqs.Chunk(StoreDatabase.MaxKeys))
        {
            await MessageLock.TakeAsync(context, chunk, cancellationToken).ConfigureAwait(false);
            var messages = await context.Set<MessageRow>().Where(row => chunk.Contains(row.Seq) && row.Payload != null && row.TestedEndpointId == null)
                .Select(static row => new { row.Seq, row.DeliverAt })
                .ToListAsync(cancellationToken).ConfigureAwait(false);
            messages.ForEach(message => sendable.Add(message.Seq, message.DeliverAt));
        }

        return sendable;
    }

    private static void Reopen(DeliveryRow row, long dueAt, ResendNote note)
    {
        row.Sent = row.Status == (int)DeliveryStatus.Pending ? row.Sent : null;
        row.Status = (int)DeliveryStatus.Pending;
        row.DueAt = dueAt;
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
