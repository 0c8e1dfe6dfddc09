using System.Data.Common;
using Webhooks.Publishing;

namespace Webhooks.Storage;

/// <summary>The part of a store that can take messages in inside a transaction of the host's.</summary>
public interface ITransactionalMessageStore
{
    /// <summary>
    /// Stores messages with their deliveries in the host's transaction, by the rules of <see cref="IMessageStore.AppendAsync"/>.
    /// No delivery is leased: dispatchers learn of them when the transaction is committed.
    /// </summary>
    /// <remarks>It takes no lock that a long transaction could hold against other publishers, except on the ids of its messages.</remarks>
    /// <param name="messages">The messages, valid and in order; at least one.</param>
    /// <param name="transaction">The host's open transaction.</param>
    /// <param name="cancellationToken">Ends the call. The transaction can then only be rolled back.</param>
    /// <returns>A result for each message, in the order of <paramref name="messages"/>.</returns>
    /// <exception cref="InvalidOperationException">The transaction has ended.</exception>
    /// <exception cref="NotSupportedException">The transaction is not one of the store's database.</exception>
    Task<IReadOnlyList<AppendResult>> AppendAsync(
        IReadOnlyList<WebhookMessage> messages, DbTransaction transaction, CancellationToken cancellationToken);
}
