using Microsoft.EntityFrameworkCore;
using Webhooks.Dispatching;
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
    /// <param name="met">Which of them, in order. Each is leased only if it is still interrupted, or still not.</param>
    /// <param name="owner">Whom to.</param>
    /// <param name="until">Until when.</param>
    /// <param name="isOrdered">Whether they stay held, in the line of an ordered endpoint.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The leases, in the order of <paramref name="met"/>.</returns>
    public static async Task<List<LeasedDelivery>> LeaseAsync(
        DbContext context,
        IQueryable<DeliveryRow> deliveries,
        IReadOnlyCollection<MetDelivery> met,
        string owner,
        DateTimeOffset until,
        bool isOrdered,
        CancellationToken cancellationToken)
    {
        Guid? claim = Guid.NewGuid();
        Guid? ownerKey = RowKey.Owner(owner);
        long? dueAt = isOrdered ? null : until.ToMilliseconds();
        var leased = new Dictionary<long, (DeliveryRow Row, long EndpointVersion)>(met.Count);
        foreach (var chunk in met.GroupBy(static row => row.IsInterrupted).SelectMany(static rows => rows.Chunk(StoreDatabase.MaxKeys)))
        {
            var seqs = Array.ConvertAll(chunk, static row => row.Seq);
            await MetDelivery.Where(deliveries, chunk[0].IsInterrupted).Where(row => seqs.Contains(row.Seq)).ExecuteUpdateAsync(
                update => update
                    .SetProperty(static row => row.DueAt, dueAt)
                    .SetProperty(static row => row.Owner, ownerKey)
                    .SetProperty(static row => row.Claim, claim),
                cancellationToken).ConfigureAwait(false);

            // The version is read behind the lease: what was changed before it is known to whoever makes the attempt.
            var rows = await (from row in context.Set<DeliveryRow>()
                              where seqs.Contains(row.Seq) && row.Claim == claim && row.Status == (int)DeliveryStatus.Pending
                              join endpoint in context.Set<EndpointRow>() on row.EndpointKey equals endpoint.Key
                              select new { Row = row, endpoint.Version }).ToListAsync(cancellationToken).ConfigureAwait(false);
            rows.ForEach(found => leased.Add(found.Row.Seq, (found.Row, found.Version)));
        }

        var messages = await ReadMessagesAsync(context, leased.Values.Select(static lease => lease.Row), cancellationToken).ConfigureAwait(false);
        var leases = new List<LeasedDelivery>(leased.Count);
        foreach (var delivery in met)
        {
            if (leased.TryGetValue(delivery.Seq, out var lease) && messages.TryGetValue(lease.Row.MessageSeq, out var message))
            {
                leases.Add(new LeasedDelivery
                {
                    Id = WebhookIdGenerator.Encode(WebhookIdGenerator.DeliveryPrefix, lease.Row.Key),
                    EndpointId = lease.Row.EndpointId,
                    EndpointVersion = lease.EndpointVersion,
                    AttemptNumber = lease.Row.AttemptCount + 1,
                    LeaseUntil = until,
                    Message = message,
                    Resend = ResendNote.Read(lease.Row.Resend),
                    Sent = SentContent.Read(lease.Row.Sent),
                    IsOrdered = isOrdered,
                    IsInterrupted = delivery.IsInterrupted,
                });
            }
        }

        return leases;
    }

    /// <summary>The deliveries of a message share its payload. A message that was erased since is left out.</summary>
    private static async Task<Dictionary<long, WebhookMessage>> ReadMessagesAsync(
        DbContext context, IEnumerable<DeliveryRow> rows, CancellationToken cancellationToken)
    {
        var messages = new Dictionary<long, WebhookMessage>();
        foreach (var chunk in rows.Select(static row => row.MessageSeq).Distinct().Chunk(StoreDatabase.MaxKeys))
        {
            foreach (var message in await context.Set<MessageRow>()
                .Where(row => chunk.Contains(row.Seq) && row.Payload != null).ToListAsync(cancellationToken).ConfigureAwait(false))
            {
                messages.Add(message.Seq, MessageReader.Read(message));
            }
        }

        return messages;
    }
}
