using Webhooks.Storage;

namespace Webhooks.Erasure;

/// <summary>
/// Erases what a person or a tenant asks to have erased, at once and whatever its age. What is to be forgotten by its age is the work of
/// <see cref="RetentionOptions"/>.
/// </summary>
public interface IWebhookEraser
{
    /// <summary>
    /// Erases the payload of a message and the response excerpts of its attempts, which may repeat it. Its pending deliveries end as
    /// <see cref="Dispatching.DeliveryStatus.Canceled"/>. The message stays in the log without its payload, and its ids stay taken.
    /// </summary>
    /// <remarks>
    /// No attempt that starts after it has returned sends the payload, in this process; in others, none that starts after they were told,
    /// which PostgreSQL does at once. An attempt that is under way may reach its receiver, but nothing of it is stored.
    /// </remarks>
    /// <param name="messageId">Which message.</param>
    /// <param name="tenantId">Whose message.</param>
    /// <param name="cancellationToken">Ends the wait where nothing was erased yet.</param>
    /// <returns>What was erased. Where it was all gone already, nothing.</returns>
    /// <exception cref="WebhookValidationException">The id or tenant cannot be one.</exception>
    /// <exception cref="WebhookNotFoundException">The tenant has no such message.</exception>
    Task<PayloadErasure> ErasePayloadAsync(
        string messageId, string tenantId = WebhooksDefaults.TenantId, CancellationToken cancellationToken = default);

    /// <summary>
    /// Erases everything of a tenant: endpoints with their secrets, messages and their ids, deliveries, attempts, replays, and the time of
    /// rate limits. It does so in small batches, endpoints first, so that nothing new is sent; if it is broken off, call it again.
    /// </summary>
    /// <remarks>
    /// What was there when it was called is gone when it returns. What is published for the tenant, or added to it, while it runs is
    /// erased with the rest or stays: whoever erases a tenant first stops publishing for it. Afterwards the tenant is like one that
    /// was never there, and may be used again.
    /// </remarks>
    /// <param name="tenantId">Whose everything. There is no default.</param>
    /// <param name="cancellationToken">Breaks it off; what was erased stays erased.</param>
    /// <returns>What was erased, and what is there now.</returns>
    /// <exception cref="WebhookValidationException">The tenant cannot be one.</exception>
    Task<TenantErasure> EraseTenantAsync(string tenantId, CancellationToken cancellationToken = default);
}
