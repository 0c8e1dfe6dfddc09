using System.Text.Json.Serialization.Metadata;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Webhooks;
using Webhooks.EntityFrameworkCore.UnitOfWork;
using Webhooks.Publishing;

namespace Microsoft.EntityFrameworkCore;

/// <summary>Publishes events together with a context's changes. The context's options need <c>UseWebhooks</c>.</summary>
/// <remarks>
/// <para>
/// An event is noted on the context like a change of an entity. <c>SaveChangesAsync</c> stores it with the changes, in the same
/// transaction; it is delivered when that is committed. When saving fails, it stays noted, as the changes do; what is given up with them,
/// by a rollback, by <c>ChangeTracker.Clear()</c> or with the context, is never sent.
/// </para>
/// <para>
/// It is checked and frozen by the call: what is changed in the data later is not sent, and its id stays the same however often saving is
/// tried.
/// </para>
/// </remarks>
public static class DbContextWebhookExtensions
{
    /// <summary>Publishes an event with the changes; its type is the one that the catalog knows for <typeparamref name="T"/>.</summary>
    /// <typeparam name="T">The type of the data, registered with <c>AddEventType&lt;T&gt;</c>.</typeparam>
    /// <param name="context">The context.</param>
    /// <param name="data">The data.</param>
    /// <param name="options">Tenant, ids, channels and time; null for the defaults.</param>
    /// <returns>The id of its message, unless the event turns out to be a duplicate by its event id.</returns>
    /// <exception cref="WebhookValidationException">The event breaks a rule; see <see cref="IWebhookPublisher"/>. Nothing was noted.</exception>
    /// <exception cref="InvalidOperationException">The context's options lack <c>UseWebhooks</c>, or the services <c>AddWebhooks</c>.</exception>
    /// <exception cref="NotSupportedException">
    /// The webhooks are kept in a store without transactions that a host could share, the context is not of a relational database, or a
    /// <see cref="System.Transactions.TransactionScope"/> is open.
    /// </exception>
    public static string PublishWebhook<T>(this DbContext context, T data, PublishOptions? options = null)
        where T : notnull =>
        context.PublishWebhook(WebhookEvent.Create(data, options));

    /// <summary>Publishes an event of a type that is given by its name with the changes.</summary>
    /// <typeparam name="T">The type of the data.</typeparam>
    /// <param name="context">The context.</param>
    /// <param name="eventType">The name of the event type.</param>
    /// <param name="data">The data: any value that serialises to JSON.</param>
    /// <param name="options">Tenant, ids, channels and time; null for the defaults.</param>
    /// <inheritdoc cref="PublishWebhook{T}(DbContext, T, PublishOptions?)"/>
    public static string PublishWebhook<T>(this DbContext context, string eventType, T data, PublishOptions? options = null) =>
        context.PublishWebhook(WebhookEvent.Create(eventType, data, options));

    /// <summary>
    /// Publishes an event of a type that is given by its name, serialised by source-generated metadata, with the changes.
    /// </summary>
    /// <typeparam name="T">The type of the data.</typeparam>
    /// <param name="context">The context.</param>
    /// <param name="eventType">The name of the event type.</param>
    /// <param name="data">The data.</param>
    /// <param name="jsonTypeInfo">How the data is serialised.</param>
    /// <param name="options">Tenant, ids, channels and time; null for the defaults.</param>
    /// <inheritdoc cref="PublishWebhook{T}(DbContext, T, PublishOptions?)"/>
    public static string PublishWebhook<T>(
        this DbContext context, string eventType, T data, JsonTypeInfo<T> jsonTypeInfo, PublishOptions? options = null) =>
        context.PublishWebhook(WebhookEvent.Create(eventType, data, jsonTypeInfo, options));

    /// <summary>Publishes an event with the changes.</summary>
    /// <param name="context">The context.</param>
    /// <param name="webhookEvent">The event.</param>
    /// <inheritdoc cref="PublishWebhook{T}(DbContext, T, PublishOptions?)"/>
    public static string PublishWebhook(this DbContext context, WebhookEvent webhookEvent)
    {
        var services = ((IInfrastructure<IServiceProvider>)context).Instance;
        return services.GetService(typeof(NotedEvents)) is NotedEvents noted
            ? noted.Add(webhookEvent)
            : throw new InvalidOperationException(
                $"{context.GetType().Name} cannot publish webhooks: call UseWebhooks() on its options, "
                + "as in AddDbContext<…>(options => options.UseNpgsql(…).UseWebhooks()).");
    }
}
