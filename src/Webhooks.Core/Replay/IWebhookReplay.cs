using Webhooks.Dispatching;
using Webhooks.Storage;

namespace Webhooks.Replay;

/// <summary>Sends again what was sent before, and what was never sent. Every call names its tenant.</summary>
/// <remarks>
/// A message that is sent again keeps its id and payload, so that receivers can tell that they have it already. Attempts of a
/// delivery are numbered on, and those made before stay in the log.
/// </remarks>
public interface IWebhookReplay
{
    /// <summary>
    /// Attempts one delivery once more, now and beside its schedule. If the attempt fails, a pending delivery goes on with its
    /// schedule as if nothing had been, and one that had ended has the status that it had before: it can only get better.
    /// </summary>
    /// <remarks>
    /// Nothing happens where an attempt is due or under way in any case: that one is it. While the endpoint is paused, the attempt
    /// waits for the end of the pause.
    /// </remarks>
    /// <param name="deliveryId">Which delivery.</param>
    /// <param name="tenantId">Whose delivery.</param>
    /// <param name="resendId">
    /// An id of the caller's, 1 to 255 of <c>A-Z a-z 0-9 _ -</c>, with which the call can be repeated: the delivery is not sent again
    /// under the id that was the last one given for it, also when that attempt has ended long since. Default: none.
    /// </param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The delivery as it is now: pending, unless a repeated call finds that it has ended.</returns>
    /// <exception cref="WebhookValidationException">One of the ids or the tenant cannot be one.</exception>
    /// <exception cref="WebhookNotFoundException">The tenant has no such delivery, or retention has removed its message.</exception>
    /// <exception cref="WebhookConflictException">
    /// Its endpoint is disabled or was deleted; the payload of its message was removed; or its message was published for a later time,
    /// or has expired.
    /// </exception>
    Task<WebhookDelivery> ResendAsync(
        string deliveryId,
        string tenantId = WebhooksDefaults.TenantId,
        string? resendId = null,
        CancellationToken cancellationToken = default);

    /// <summary>
    /// Starts a replay in the background. What it sends is retried by the whole schedule; messages that have expired, and tests
    /// (<see cref="Endpoints.IEndpointTester"/>), are skipped. It goes from the oldest message to the newest at the pace of
    /// <see cref="ReplayOptions"/>, in any instance that attempts deliveries, and in the next one when that instance dies.
    /// </summary>
    /// <param name="request">What to send.</param>
    /// <param name="jobId">
    /// The job's id, 1 to 255 of <c>A-Z a-z 0-9 _ -</c>, with which the call can be repeated: as long as the tenant has a job of this id,
    /// nothing is started, and that one is returned as it is now. Default: a new <c>rpl_</c> id.
    /// </param>
    /// <param name="cancellationToken">Ends the wait where nothing was started yet.</param>
    /// <returns>The job, to follow by its id.</returns>
    /// <exception cref="WebhookValidationException">
    /// A filter breaks its rule; all that do are named. Or the tenant has a job of this id that was asked for something else: its rule is
    /// <c>reused</c>.
    /// </exception>
    /// <exception cref="WebhookNotFoundException">The tenant has no such endpoint.</exception>
    /// <exception cref="WebhookConflictException">The endpoint is disabled.</exception>
    Task<ReplayJob> StartAsync(ReplayRequest request, string? jobId = null, CancellationToken cancellationToken = default);

    /// <summary>Reads one replay. Retention removes those that ended as long ago as messages are kept.</summary>
    /// <param name="jobId">Which one.</param>
    /// <param name="tenantId">Whose replay.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The replay, or null when the tenant has none of this id.</returns>
    /// <exception cref="WebhookValidationException">The id or tenant cannot be one.</exception>
    Task<ReplayJob?> GetAsync(
        string jobId, string tenantId = WebhooksDefaults.TenantId, CancellationToken cancellationToken = default);

    /// <summary>Lists a tenant's replays, the newest first.</summary>
    /// <param name="query">Which ones.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="WebhookValidationException">The limit is out of range, or the cursor is not one that this list gave.</exception>
    Task<Page<ReplayJob>> ListAsync(ReplayQuery query, CancellationToken cancellationToken = default);

    /// <summary>Calls a replay off. What it has put into the queue is sent. Nothing happens when it has ended already.</summary>
    /// <param name="jobId">Which one.</param>
    /// <param name="tenantId">Whose replay.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The replay as it is now.</returns>
    /// <exception cref="WebhookValidationException">The id or tenant cannot be one.</exception>
    /// <exception cref="WebhookNotFoundException">The tenant has no such replay.</exception>
    Task<ReplayJob> CancelAsync(
        string jobId, string tenantId = WebhooksDefaults.TenantId, CancellationToken cancellationToken = default);
}
