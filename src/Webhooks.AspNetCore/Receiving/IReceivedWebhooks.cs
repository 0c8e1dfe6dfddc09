namespace Webhooks.AspNetCore.Receiving;

/// <summary>
/// Remembers which messages were received, because senders deliver at least once. A host that runs on several machines, or wants to
/// know messages again after a restart, registers its own, of any lifetime; without one, each endpoint or group that requires a
/// signature has an <see cref="InMemoryReceivedWebhooks"/>.
/// </summary>
/// <remarks>
/// Called concurrently, also for the same message. A message is begun, then completed or forgotten. A process that dies in between
/// does neither: a store that outlives it lets a message begin again when it has been processed for longer than any handler takes.
/// </remarks>
public interface IReceivedWebhooks
{
    /// <summary>Begins a message, if it is not there: of concurrent calls for the same message, one gets <see cref="WebhookReceipt.New"/>.</summary>
    /// <param name="scope">In what the id is the only one: the endpoint's route and the sender.</param>
    /// <param name="messageId">The message's id, 1 to 255 characters.</param>
    /// <param name="cancellationToken">Cancels: the sender has gone.</param>
    ValueTask<WebhookReceipt> BeginAsync(string scope, string messageId, CancellationToken cancellationToken);

    /// <summary>Remembers that a message was handled with success. It was begun before.</summary>
    /// <param name="scope">In what the id is the only one.</param>
    /// <param name="messageId">The message's id.</param>
    /// <param name="cancellationToken">Cancels.</param>
    ValueTask CompleteAsync(string scope, string messageId, CancellationToken cancellationToken);

    /// <summary>Forgets a message whose handling failed, so that the sender's next attempt is handled. It was begun before.</summary>
    /// <param name="scope">In what the id is the only one.</param>
    /// <param name="messageId">The message's id.</param>
    /// <param name="cancellationToken">Cancels.</param>
    ValueTask ForgetAsync(string scope, string messageId, CancellationToken cancellationToken);
}
