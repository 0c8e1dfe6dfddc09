using System.Data.Common;
using System.Text.Json.Serialization.Metadata;

namespace Webhooks.Publishing;

/// <summary>The typed ways to publish one event.</summary>
public static class WebhookPublisherExtensions
{
    /// <summary>Publishes an event whose type is the one that the catalog knows for <typeparamref name="T"/>.</summary>
    /// <typeparam name="T">The type of the data, registered with <c>AddEventType&lt;T&gt;</c>.</typeparam>
    /// <param name="publisher">The publisher.</param>
    /// <param name="data">The data.</param>
    /// <param name="options">Tenant, ids, channels and time; null for the defaults.</param>
    /// <param name="cancellationToken">Withdraws the event while it waits for its turn; see <see cref="IWebhookPublisher"/>.</param>
    /// <exception cref="WebhookValidationException">The event breaks a rule; see <see cref="IWebhookPublisher"/>.</exception>
    public static Task<PublishResult> PublishAsync<T>(
        this IWebhookPublisher publisher, T data, PublishOptions? options = null, CancellationToken cancellationToken = default)
        where T : notnull =>
        publisher.PublishOneAsync(EventContent.Of(eventType: null, data, jsonTypeInfo: null, options), cancellationToken);

    /// <summary>Publishes an event of a type that is given by its name.</summary>
    /// <typeparam name="T">The type of the data.</typeparam>
    /// <param name="publisher">The publisher.</param>
    /// <param name="eventType">The name of the event type.</param>
    /// <param name="data">The data: any value that serialises to JSON.</param>
    /// <param name="options">Tenant, ids, channels and time; null for the defaults.</param>
    /// <param name="cancellationToken">Withdraws the event while it waits for its turn; see <see cref="IWebhookPublisher"/>.</param>
    /// <exception cref="WebhookValidationException">The event breaks a rule; see <see cref="IWebhookPublisher"/>.</exception>
    public static Task<PublishResult> PublishAsync<T>(
        this IWebhookPublisher publisher,
        string eventType,
        T data,
        PublishOptions? options = null,
        CancellationToken cancellationToken = default) =>
        publisher.PublishOneAsync(EventContent.Of(eventType, data, jsonTypeInfo: null, options), cancellationToken);

    /// <summary>Publishes an event of a type that is given by its name, serialised by source-generated metadata.</summary>
    /// <typeparam name="T">The type of the data.</typeparam>
    /// <param name="publisher">The publisher.</param>
    /// <param name="eventType">The name of the event type.</param>
    /// <param name="data">The data.</param>
    /// <param name="jsonTypeInfo">How the data is serialised.</param>
    /// <param name="options">Tenant, ids, channels and time; null for the defaults.</param>
    /// <param name="cancellationToken">Withdraws the event while it waits for its turn; see <see cref="IWebhookPublisher"/>.</param>
    /// <exception cref="WebhookValidationException">The event breaks a rule; see <see cref="IWebhookPublisher"/>.</exception>
    public static Task<PublishResult> PublishAsync<T>(
        this IWebhookPublisher publisher,
        string eventType,
        T data,
        JsonTypeInfo<T> jsonTypeInfo,
        PublishOptions? options = null,
        CancellationToken cancellationToken = default) =>
        publisher.PublishOneAsync(EventContent.Of(eventType, data, jsonTypeInfo, options), cancellationToken);

    /// <summary>
    /// Publishes an event inside the host's own transaction; its type is the one that the catalog knows for
    /// <typeparamref name="T"/>.
    /// </summary>
    /// <typeparam name="T">The type of the data, registered with <c>AddEventType&lt;T&gt;</c>.</typeparam>
    /// <param name="publisher">The publisher.</param>
    /// <param name="data">The data.</param>
    /// <param name="transaction">An open transaction of the store's database; it stays the host's to end.</param>
    /// <param name="options">Tenant, ids, channels and time; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the call; see <see cref="IWebhookPublisher"/>.</param>
    /// <exception cref="WebhookValidationException">The event breaks a rule; see <see cref="IWebhookPublisher"/>.</exception>
    public static Task<PublishResult> PublishAsync<T>(
        this IWebhookPublisher publisher,
        T data,
        DbTransaction transaction,
        PublishOptions? options = null,
        CancellationToken cancellationToken = default)
        where T : notnull =>
        publisher.PublishOneAsync(WebhookEvent.Create(data, options), transaction, cancellationToken);

    /// <summary>Publishes an event of a type that is given by its name inside the host's own transaction.</summary>
    /// <typeparam name="T">The type of the data.</typeparam>
    /// <param name="publisher">The publisher.</param>
    /// <param name="eventType">The name of the event type.</param>
    /// <param name="data">The data: any value that serialises to JSON.</param>
    /// <param name="transaction">An open transaction of the store's database; it stays the host's to end.</param>
    /// <param name="options">Tenant, ids, channels and time; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the call; see <see cref="IWebhookPublisher"/>.</param>
    /// <exception cref="WebhookValidationException">The event breaks a rule; see <see cref="IWebhookPublisher"/>.</exception>
    public static Task<PublishResult> PublishAsync<T>(
        this IWebhookPublisher publisher,
        string eventType,
        T data,
        DbTransaction transaction,
        PublishOptions? options = null,
        CancellationToken cancellationToken = default) =>
        publisher.PublishOneAsync(WebhookEvent.Create(eventType, data, options), transaction, cancellationToken);

    private static async Task<PublishResult> PublishOneAsync(
        this IWebhookPublisher publisher,
        WebhookEvent webhookEvent,
        DbTransaction transaction,
        CancellationToken cancellationToken)
    {
        var results = await publisher.PublishAsync([webhookEvent], transaction, cancellationToken).ConfigureAwait(false);
        return results[0];
    }

    private static Task<PublishResult> PublishOneAsync(
        this IWebhookPublisher publisher, in EventContent webhookEvent, CancellationToken cancellationToken) =>
        publisher is WebhookPublisher own
            ? own.PublishOneAsync(webhookEvent, cancellationToken)
            : PublishInListAsync(publisher, new WebhookEvent(webhookEvent), cancellationToken);

    private static async Task<PublishResult> PublishInListAsync(
        IWebhookPublisher publisher, WebhookEvent webhookEvent, CancellationToken cancellationToken)
    {
        var results = await publisher.PublishAsync([webhookEvent], cancellationToken).ConfigureAwait(false);
        return results[0];
    }
}
