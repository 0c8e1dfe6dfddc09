using Microsoft.EntityFrameworkCore;
using Webhooks.EntityFrameworkCore.Store.Connections;
using Webhooks.EntityFrameworkCore.Store.Model;

namespace Webhooks.EntityFrameworkCore.Store.Messages;

/// <summary>
/// Keeps messages and their payloads from being removed while deliveries become pending, and the other way round: both change the
/// messages' rows first.
/// </summary>
internal static class MessageLock
{
    /// <summary>Locks those of the messages that are there.</summary>
    public static async Task TakeAsync(DbContext context, IEnumerable<long> seqs, CancellationToken cancellationToken)
    {
        foreach (var chunk in seqs.Chunk(StoreDatabase.MaxKeys))
        {
            await context.Set<MessageRow>().Where(row => chunk.Contains(row.Seq)).ExecuteUpdateAsync(
                static update => update.SetProperty(static row => row.DeliveryCount, static row => row.DeliveryCount),
                cancellationToken).ConfigureAwait(false);
        }
    }
}
