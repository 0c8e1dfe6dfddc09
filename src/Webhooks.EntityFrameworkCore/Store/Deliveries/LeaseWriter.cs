using Microsoft.EntityFrameworkCore;
using Webhooks.EntityFrameworkCore.Store.Connections;
using Webhooks.EntityFrameworkCore.Store.Messages;
using Webhooks.EntityFrameworkCore.Store.Model;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.EntityFrameworkCore.Store.Deliveries;

/// <summary>Leases deliveries: those that are still as they were read, and by a mark of this claim's own, so that no two get the same.</summary>
internal static class LeaseWriter
{
    /// <summary>Leases deliveries.</summary>
    /// <param name="context">Where.</param>
    /// <param name="deliveries">Those that may be leased, as they are now.</param>
    /// <param name="seqs">Which of them, in order.</param>
    /// <param name="versionOf">The version of an endpoint, by key.</param>
    /// <param name="owner">Whom to.</param>
    /// <param name="until">Until when.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The leases, in the order of <paramref name="seqs"/>.</returns>
    public static async Task<List<LeasedDelivery>> LeaseAsync(
        DbContext context,
        IQueryable<DeliveryRow> deliveries,
        IReadOnlyList<long> seqs,
        Func<Guid, long> versionOf,
        string owner,
        DateTimeOffset until,
        CancellationToken cancellationToken)
    {
        var claim = Guid.NewGuid();
        var ownerKey = RowKey.Owner(owner);
        var dueAt = until.ToMilliseconds();
        var rows = new Dictionary<long, DeliveryRow>(seqs.Count);
        foreach (var chunk in seqs.Chunk(StoreDatabase.MaxKeys))
        {
            await deliveries.Where(row => chunk.Contains(row.Seq)).ExecuteUpdateAsync(
                update => update
                    .SetProperty(static row => row.DueAt, dueAt)
                    .SetProperty(static row => row.Owner, ownerKey)
                    .SetProperty(static row => row.Claim, claim),
                cancellationToken).ConfigureAwait(false);
            foreach (var row in await context.Set<DeliveryRow>()
                .Where(row => chunk.Contains(row.Seq) && row.Claim == claim)
                .ToListAsync(cancellationToken).ConfigureAwait(false))
            {
                rows.Add(row.Seq, row);
            }
        }

        var messages = await ReadMessagesAsync(context, rows.Values, cancellationToken).ConfigureAwait(false);
        return [.. seqs.Where(rows.ContainsKey).Select(seq => rows[seq]).Select(row => new LeasedDelivery
        {
            Id = WebhookIdGenerator.Encode(WebhookIdGenerator.DeliveryPrefix, row.Key),
            EndpointId = row.EndpointId,
            EndpointVersion = versionOf(row.EndpointKey),
            AttemptNumber = row.AttemptCount + 1,
            LeaseUntil = until,
            Message = messages[row.MessageSeq],
            Resend = ResendNote.Read(row.Resend),
        })];
    }

    /// <summary>The deliveries of a message share its payload.</summary>
    private static async Task<Dictionary<long, WebhookMessage>> ReadMessagesAsync(
        DbContext context, IEnumerable<DeliveryRow> rows, CancellationToken cancellationToken)
    {
        var messages = new Dictionary<long, WebhookMessage>();
        foreach (var chunk in rows.Select(static row => row.MessageSeq).Distinct().Chunk(StoreDatabase.MaxKeys))
        {
            foreach (var message in await context.Set<MessageRow>()
                .Where(row => chunk.Contains(row.Seq)).ToListAsync(cancellationToken).ConfigureAwait(false))
            {
                messages.Add(message.Seq, MessageReader.Read(message));
            }
        }

        return messages;
    }
}
