using System.Data.Common;

namespace Webhooks.Publishing;

/// <summary>
/// Publishes in two steps, for integrations with a unit of work: an event is checked and frozen when it happens, and stored when
/// the host's changes are. Hosts use <see cref="IWebhookPublisher"/>.
/// </summary>
public interface IMessagePublisher
{
    /// <summary>Checks an event and freezes it: its id, its time and its payload are what they are from now on. Nothing is stored.</summary>
    /// <param name="webhookEvent">The event.</param>
    /// <exception cref="WebhookValidationException">As for <see cref="IWebhookPublisher"/>.</exception>
    /// <exception cref="NotSupportedException">The store has no transactions that a host could share.</exception>
    WebhookMessage Prepare(WebhookEvent webhookEvent);

    /// <summary>
    /// Stores prepared messages inside the host's own transaction. It may be called again with the same ones, in another transaction,
    /// when it is not known whether the first was committed: what is there already is a duplicate.
    /// </summary>
    /// <param name="prepared">What <see cref="Prepare"/> has made, in order; at most 1,000. None: nothing happens.</param>
    /// <param name="transaction">An open transaction of the store's database. It stays the host's to end.</param>
    /// <param name="cancellationToken">
    /// Ends the call. The transaction can then only be rolled back; so it is after any exception.
    /// </param>
    /// <returns>A result for each message, in order. It holds if the transaction is committed.</returns>
    /// <exception cref="WebhookStoreException">The store cannot be used.</exception>
    /// <exception cref="InvalidOperationException">The transaction has ended.</exception>
    /// <exception cref="NotSupportedException">
    /// The store has no transactions that a host could share, or the transaction is not of its database.
    /// </exception>
    Task<IReadOnlyList<PublishResult>> PublishAsync(
        IReadOnlyList<WebhookMessage> prepared, DbTransaction transaction, CancellationToken cancellationToken = default);
}
