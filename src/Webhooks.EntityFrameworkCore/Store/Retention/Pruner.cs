using Microsoft.EntityFrameworkCore;
using Webhooks.Dispatching;
using Webhooks.EntityFrameworkCore.Store.Connections;
using Webhooks.EntityFrameworkCore.Store.Messages;
using Webhooks.EntityFrameworkCore.Store.Model;
using Webhooks.Storage;

namespace Webhooks.EntityFrameworkCore.Store.Retention;

/// <summary>Removes what is old.</summary>
internal sealed class Pruner(StoreDatabase database)
{
    public async Task<int> PruneAsync(PruneRequest request, CancellationToken cancellationToken)
    {
        var removed = 0;
        for (var left = request.Limit; left > 0;)
        {
            var messages = await PruneMessagesAsync(request, Math.Min(left, StoreDatabase.MaxKeys), cancellationToken).ConfigureAwait(false);
            removed += messages;
            left = messages == 0 ? 0 : left - messages;
        }

        return removed + await PruneAttemptsAsync(request, cancellationToken).ConfigureAwait(false);
    }

    private Task<int> PruneMessagesAsync(PruneRequest request, int limit, CancellationToken cancellationToken) => database.WriteAsync(
        async (context, cancellation) =>
        {
            var before = request.MessagesBefore.ToMilliseconds();
            var deliveries = context.Set<DeliveryRow>();
            var seqs = await context.Set<MessageRow>()
                .Where(message => message.CreatedAt < before
                    && !deliveries.Any(row => row.MessageSeq == message.Seq && row.Status == (int)DeliveryStatus.Pending))
                .OrderBy(static message => message.CreatedAt)
                .Select(static message => message.Seq)
                .Take(limit)
                .ToListAsync(cancellation).ConfigureAwait(false);
            if (seqs.Count == 0)
            {
                return 0;
            }

            await MessageLock.TakeAsync(context, seqs, cancellation).ConfigureAwait(false);
            var ofMessages = deliveries.Where(row => seqs.Contains(row.MessageSeq));
            await context.Set<AttemptRow>().Where(attempt => ofMessages.Any(row => row.Seq == attempt.DeliverySeq))
                .ExecuteDeleteAsync(cancellation).ConfigureAwait(false);
            await ofMessages.Where(static row => row.Status != (int)DeliveryStatus.Pending).ExecuteDeleteAsync(cancellation).ConfigureAwait(false);
            if (await ofMessages.AnyAsync(cancellation).ConfigureAwait(false))
            {
                // Sent again since it was found: the next try finds it no more.
                throw new DbUpdateConcurrencyException("A message that was to be removed has a pending delivery.");
            }

            await context.Set<NameRow>().Where(name => seqs.Contains(name.MessageSeq)).ExecuteDeleteAsync(cancellation).ConfigureAwait(false);
            return await context.Set<MessageRow>().Where(message => seqs.Contains(message.Seq)).ExecuteDeleteAsync(cancellation).ConfigureAwait(false);
        },
        cancellationToken);

    private Task<int> PruneAttemptsAsync(PruneRequest request, CancellationToken cancellationToken) => database.RunAsync(
        async (context, cancellation) =>
        {
            var before = request.AttemptsBefore.ToMilliseconds();
            var removed = 0;
            var seqs = await context.Set<AttemptRow>().Where(attempt => attempt.StartedAt < before)
                .OrderBy(static attempt => attempt.StartedAt)
                .Select(static attempt => attempt.Seq)
                .Take(request.Limit)
                .ToListAsync(cancellation).ConfigureAwait(false);
            foreach (var chunk in seqs.Chunk(StoreDatabase.MaxKeys))
            {
                removed += await context.Set<AttemptRow>().Where(attempt => chunk.Contains(attempt.Seq))
                    .ExecuteDeleteAsync(cancellation).ConfigureAwait(false);
            }

            return removed;
        },
        cancellationToken);
}
