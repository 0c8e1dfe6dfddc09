using Microsoft.EntityFrameworkCore;
using Webhooks.Dispatching;
using Webhooks.EntityFrameworkCore.Store.Connections;
using Webhooks.EntityFrameworkCore.Store.Deliveries;
using Webhooks.EntityFrameworkCore.Store.Model;
using Webhooks.Storage;

namespace Webhooks.EntityFrameworkCore.Store.Erasure;

/// <summary>Removes payloads, and the excerpts of responses, which may repeat them: on request, and when their time has come.</summary>
internal sealed class PayloadTable(StoreDatabase database)
{
    public Task<PayloadErasure?> EraseAsync(
        string tenantId, string messageId, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (context, cancellation) =>
            {
                var key = RowKey.Message(tenantId, messageId);
                var found = await context.Set<NameRow>().Where(name => name.Key == key)
                    .Select(static name => new { Seq = name.MessageSeq, HadPayload = name.Message.Payload != null })
                    .SingleOrDefaultAsync(cancellation).ConfigureAwait(false);
                if (found is null)
                {
                    return null;
                }

                // In this order: what is pending ends before the excerpts go, so that no outcome brings another one.
                await RemoveAsync(context, [found.Seq], cancellation).ConfigureAwait(false);
                var canceled = await Ender.CancelAsync(
                    context.Set<DeliveryRow>().Where(row => row.MessageSeq == found.Seq),
                    now.ToMilliseconds(),
                    CancelReason.PayloadErased,
                    cancellation).ConfigureAwait(false);
                var excerpts = await RemoveExcerptsAsync(context, [found.Seq], cancellation).ConfigureAwait(false);
                return (PayloadErasure?)new PayloadErasure(found.HadPayload, excerpts, canceled);
            },
            cancellationToken);

    /// <summary>Removes what is due.</summary>
    /// <returns>How many messages it has looked at.</returns>
    public async Task<int> PruneAsync(PayloadPruneRequest request, CancellationToken cancellationToken)
    {
        var seen = 0;
        while (seen < request.Limit)
        {
            var limit = Math.Min(request.Limit - seen, StoreDatabase.MaxKeys);
            var count = await PruneAsync(request, limit, cancellationToken).ConfigureAwait(false);
            seen += count;
            if (count < limit)
            {
                break;
            }
        }

        return seen;
    }

    private Task<int> PruneAsync(PayloadPruneRequest request, int limit, CancellationToken cancellationToken) => database.WriteAsync(
        async (context, cancellation) =>
        {
            var now = request.Now.ToMilliseconds();
            var pending = context.Set<DeliveryRow>().Where(static row => row.Status == (int)DeliveryStatus.Pending);
            var due = await context.Set<MessageRow>().Where(row => row.PayloadKeptUntil <= now)
                .OrderBy(static row => row.PayloadKeptUntil)
                .Select(message => new
                {
                    message.Seq,
                    message.CreatedAt,
                    message.PayloadKeptUntil,
                    IsPending = pending.Any(row => row.MessageSeq == message.Seq),
                })
                .Take(limit)
                .ToListAsync(cancellation).ConfigureAwait(false);
            foreach (var message in due.Where(static message => message.IsPending))
            {
                var row = new MessageRow { Seq = message.Seq, PayloadKeptUntil = message.PayloadKeptUntil };
                context.Attach(row);
                row.PayloadKeptUntil = request.NextTime(message.CreatedAt.ToTime()).ToMilliseconds();
            }

            await context.SaveChangesAsync(cancellation).ConfigureAwait(false);
            long[] seqs = [.. due.Where(static message => !message.IsPending).Select(static message => message.Seq)];
            if (seqs.Length > 0)
            {
                await RemoveAsync(context, seqs, cancellation).ConfigureAwait(false);
                if (await pending.AnyAsync(row => seqs.Contains(row.MessageSeq), cancellation).ConfigureAwait(false))
                {
                    // Sent again since it was found: the next try finds it pending.
                    throw new DbUpdateConcurrencyException("A message whose payload was to be removed has a pending delivery.");
                }

                await RemoveExcerptsAsync(context, seqs, cancellation).ConfigureAwait(false);
            }

            return due.Count;
        },
        cancellationToken);

    private static Task<int> RemoveAsync(DbContext context, long[] seqs, CancellationToken cancellationToken) =>
        context.Set<MessageRow>().Where(row => seqs.Contains(row.Seq)).ExecuteUpdateAsync(
            static update => update
                .SetProperty(static row => row.Payload, (byte[]?)null)
                .SetProperty(static row => row.PayloadKeptUntil, (long?)null),
            cancellationToken);

    private static Task<int> RemoveExcerptsAsync(DbContext context, long[] seqs, CancellationToken cancellationToken)
    {
        var deliveries = context.Set<DeliveryRow>().Where(row => seqs.Contains(row.MessageSeq));
        return context.Set<AttemptRow>()
            .Where(attempt => attempt.Response != null && deliveries.Any(row => row.Seq == attempt.DeliverySeq))
            .ExecuteUpdateAsync(
                static update => update
                    .SetProperty(static attempt => attempt.Response, (byte[]?)null)
                    .SetProperty(static attempt => attempt.IsTruncated, true),
                cancellationToken);
    }
}
