using System.Data.Common;

namespace Webhooks.Publishing;

/// <summary>Publishes events. What a host injects where something happens that its customers want to know.</summary>
/// <remarks>
/// When a call returns, the events are durable and every matching endpoint will get them. Calls may be made concurrently;
/// those that meet share a round trip to the store. The typed calls are in <see cref="WebhookPublisherExtensions"/>.
/// </remarks>
public interface IWebhookPublisher
{
    /// <summary>Publishes events together: all of them are stored or none.</summary>
    /// <param name="events">The events, in order; at most 1,000. None: nothing happens.</param>
    /// <param name="cancellationToken">
    /// Withdraws the events while they wait for their turn. Once they are being stored it is ignored, so that a call that was
    /// canceled has stored nothing.
    /// </param>
    /// <returns>A result for each event, in order.</returns>
    /// <exception cref="WebhookValidationException">
    /// An event type is not in the catalog, a payload does not serialise or is larger than
    /// <see cref="WebhooksOptions.MaxPayloadBytes"/>, or one of the <see cref="PublishOptions"/> breaks its rule. With more
    /// than one event, fields start with <c>events[i]</c>. Nothing was stored.
    /// </exception>
    /// <exception cref="WebhookStoreException">The store cannot be used.</exception>
    Task<IReadOnlyList<PublishResult>> PublishAsync(
        IReadOnlyList<WebhookEvent> events, CancellationToken cancellationToken = default);

    /// <summary>
    /// Publishes events inside the host's own transaction: they become durable, and are delivered, when the host commits it,
    /// together with everything else that it wrote; a rollback leaves nothing of them.
    /// </summary>
    /// <param name="events">The events, in order; at most 1,000. None: nothing happens.</param>
    /// <param name="transaction">
    /// An open transaction of the store's database, not used by anything else during the call. It stays the host's to end.
    /// </param>
    /// <param name="cancellationToken">
    /// Ends the call. The transaction can then only be rolled back; so it is after any exception but a
    /// <see cref="WebhookValidationException"/>.
    /// </param>
    /// <returns>A result for each event, in order. It holds if the transaction is committed.</returns>
    /// <exception cref="WebhookValidationException">As for the call without a transaction.</exception>
    /// <exception cref="WebhookStoreException">The store cannot be used.</exception>
    /// <exception cref="InvalidOperationException">The transaction has ended.</exception>
    /// <exception cref="NotSupportedException">
    /// The store has no transactions that a host could share, or the transaction is not of its database.
    /// </exception>
    Task<IReadOnlyList<PublishResult>> PublishAsync(
        IReadOnlyList<WebhookEvent> events, DbTransaction transaction, CancellationToken cancellationToken = default);
}
