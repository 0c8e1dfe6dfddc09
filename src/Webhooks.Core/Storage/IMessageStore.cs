using Webhooks.Publishing;

namespace Webhooks.Storage;

/// <summary>The part of a store that takes messages in.</summary>
public interface IMessageStore
{
    /// <summary>
    /// Stores a batch of messages with their deliveries, in one transaction: all of it or nothing. Round trips do not become
    /// more with the messages.
    /// </summary>
    /// <remarks>
    /// <para>
    /// A message gets a delivery for each endpoint of its tenant that, as the store has it at this moment, is enabled,
    /// subscribes to its event type (<see cref="Catalog.EventTypePattern"/>), shares a channel with it, if the endpoint names channels,
    /// and has a filter that its payload meets, if it has one (<see cref="Filters.PayloadMatcher"/>).
    /// </para>
    /// <para>
    /// A message whose id or event id its tenant already has, in the store or earlier in this batch, is a duplicate:
    /// nothing is stored for it, and its result tells of the first. Where its two ids belong to two messages, the message id
    /// decides.
    /// </para>
    /// <para>
    /// New deliveries are leased as <paramref name="leases"/> allows, in the order of the batch; the others are due at
    /// the message's <see cref="WebhookMessage.CreatedAt"/>. Deliveries to a paused endpoint are held, and so are those to an ordered
    /// one, which becomes paused until that time where it is not (<see cref="AppendResult.HasFirstInLine"/>). Those of a message with a
    /// <see cref="WebhookMessage.DeliverAt"/> are due then, leased to nobody and not held, whatever their endpoint.
    /// </para>
    /// <para>
    /// A test (<see cref="WebhookMessage.TestedEndpointId"/>) is the only message of its append. It gets one delivery, to the endpoint that it
    /// is for, whatever that subscribes to and whether it is enabled, paused or ordered, and that one is leased, not held. Where there is no
    /// such endpoint, the message is stored without one.
    /// </para>
    /// </remarks>
    /// <param name="messages">The messages, valid and in order, with a payload of at least one byte each; at least one.</param>
    /// <param name="leases">Whom to lease new deliveries to, or null to lease none.</param>
    /// <param name="cancellationToken">
    /// Ends the wait where the store can still be sure that nothing was stored; otherwise it is ignored.
    /// </param>
    /// <returns>A result for each message, in the order of <paramref name="messages"/>.</returns>
    /// <exception cref="AppendBlockedException">
    /// An open transaction holds one of the ids. Nothing was stored; the same append can be made again.
    /// </exception>
    Task<IReadOnlyList<AppendResult>> AppendAsync(
        IReadOnlyList<WebhookMessage> messages, LeaseGrant? leases, CancellationToken cancellationToken);
}
