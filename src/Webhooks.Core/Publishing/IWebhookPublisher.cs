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
}
