using Webhooks.Storage;

namespace Webhooks.Dispatching;

/// <summary>What a publisher needs of the dispatcher in its own process.</summary>
/// <remarks>A process that only publishes has one that offers nothing: its events are stored due now, for any other to claim.</remarks>
public interface IWebhookDispatcher
{
    /// <summary>
    /// Sets room aside for new deliveries, so that an append can lease them at once. Each grant is handed back by exactly
    /// one call of <see cref="Dispatch"/>, whatever became of the append.
    /// </summary>
    /// <returns>The offer, or null when there is no room now or the dispatcher does not run.</returns>
    LeaseGrant? Reserve();

    /// <summary>Takes the deliveries that were leased with a grant, and takes back the room that they left.</summary>
    /// <param name="grant">The grant, from <see cref="Reserve"/>.</param>
    /// <param name="deliveries">What was leased with it; empty when the append failed.</param>
    void Dispatch(LeaseGrant grant, IReadOnlyList<LeasedDelivery> deliveries);

    /// <summary>Says that something may be due in the store now, so that the dispatcher claims without waiting.</summary>
    void Wake();

    /// <summary>Says that something will be due in the store at a time, so that the dispatcher claims then.</summary>
    /// <param name="time">When.</param>
    void WakeAt(DateTimeOffset time);

    /// <summary>
    /// Says that an endpoint was changed in the store by another process, so that every attempt that starts from now on uses
    /// its new state. A change made through <see cref="Endpoints.IWebhookEndpoints"/> of this process needs no call.
    /// </summary>
    /// <param name="endpoint">Which one; null when any of them may have changed.</param>
    void EndpointChanged(EndpointKey? endpoint);

    /// <summary>
    /// Says that a message's payload, or everything of a tenant, was erased in the store, so that no attempt that starts from now on
    /// sends what is in memory of it. An erasure through <see cref="Erasure.IWebhookEraser"/> of this process needs no call.
    /// </summary>
    /// <param name="tenantId">Whose.</param>
    /// <param name="messageId">Which message; null for everything.</param>
    void Erased(string tenantId, string? messageId);
}
