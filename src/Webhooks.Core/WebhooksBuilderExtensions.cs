using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Webhooks;
using Webhooks.Catalog;
using Webhooks.Http;
using Webhooks.Operations;
using Webhooks.Publishing;
using Webhooks.Secrets;
using Webhooks.Validation;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>What a host chooses while it adds webhooks.</summary>
public static class WebhooksBuilderExtensions
{
    /// <summary>Changes settings.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets them.</param>
    public static IWebhooksBuilder Configure(this IWebhooksBuilder builder, Action<WebhooksOptions> configure)
    {
        builder.Services.Configure(configure);
        return builder;
    }

    /// <summary>Changes how the data of events is serialised, for event types without metadata of their own.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the options.</param>
    public static IWebhooksBuilder ConfigureJson(this IWebhooksBuilder builder, Action<JsonSerializerOptions> configure)
    {
        builder.Services.Configure<WebhookJsonOptions>(options => configure(options.SerializerOptions));
        return builder;
    }

    /// <summary>Adds an event type whose data is of a CLR type, so that it can be published by its data alone.</summary>
    /// <typeparam name="T">The type of the data.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="name">Its name: segments of <c>A-Z a-z 0-9 _ -</c> joined by full stops, at most 128 characters.</param>
    /// <param name="configure">Describes it.</param>
    /// <exception cref="WebhookValidationException">
    /// The name is not one, or begins with <see cref="OperationalEventTypes.Prefix"/>; or a version or example breaks its rule.
    /// </exception>
    public static IWebhooksBuilder AddEventType<T>(
        this IWebhooksBuilder builder, string name, Action<EventTypeBuilder<T>>? configure = null) =>
        builder.AddEventType(new EventTypeBuilder<T>(new EventType { Name = name, DataType = typeof(T) }), configure);

    /// <summary>Adds an event type whose data is serialised by source-generated metadata.</summary>
    /// <typeparam name="T">The type of the data.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="name">Its name: segments of <c>A-Z a-z 0-9 _ -</c> joined by full stops, at most 128 characters.</param>
    /// <param name="jsonTypeInfo">How the data is serialised.</param>
    /// <param name="configure">Describes it.</param>
    /// <exception cref="WebhookValidationException">The name is not one, or a version or example breaks its rule.</exception>
    public static IWebhooksBuilder AddEventType<T>(
        this IWebhooksBuilder builder, string name, JsonTypeInfo<T> jsonTypeInfo, Action<EventTypeBuilder<T>>? configure = null) =>
        builder.AddEventType(
            new EventTypeBuilder<T>(new EventType { Name = name, DataType = typeof(T), JsonTypeInfo = jsonTypeInfo }), configure);

    /// <summary>Adds the event type that the <see cref="WebhookEventAttribute"/> of a CLR type describes.</summary>
    /// <typeparam name="T">The type of the data.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Describes it further.</param>
    /// <exception cref="WebhookValidationException">
    /// The type has no such attribute, its name is not one, or a version or example breaks its rule.
    /// </exception>
    public static IWebhooksBuilder AddEventType<T>(this IWebhooksBuilder builder, Action<EventTypeBuilder<T>>? configure = null) =>
        builder.AddEventType(new EventTypeBuilder<T>(EventTypeAttributes.Read(typeof(T))), configure);

    /// <summary>Adds an event type that is published by its name, with any data.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">Its name: segments of <c>A-Z a-z 0-9 _ -</c> joined by full stops, at most 128 characters.</param>
    /// <param name="configure">Describes it.</param>
    /// <exception cref="WebhookValidationException">The name is not one.</exception>
    public static IWebhooksBuilder AddEventType(
        this IWebhooksBuilder builder, string name, Action<EventTypeBuilder>? configure = null) =>
        builder.AddEventType(new EventTypeBuilder(new EventType { Name = name }), configure);

    /// <summary>
    /// Changes the <see cref="HttpClient"/> that sends attempts: adds handlers such as a resilience pipeline, or
    /// default headers. Requests go straight to its handlers: what else is set on the client itself has no effect, so its
    /// timeout stays infinite, because the deadline of an attempt is <see cref="Webhooks.Dispatching.DispatcherOptions.AttemptTimeout"/>. Add no
    /// retries: they would hide attempts from the log and repeat a timestamp.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the client named <see cref="WebhooksDefaults.HttpClientName"/>.</param>
    public static IWebhooksBuilder ConfigureHttpClient(this IWebhooksBuilder builder, Action<IHttpClientBuilder> configure)
    {
        configure(builder.Services.AddHttpClient(WebhooksDefaults.HttpClientName));
        return builder;
    }

    /// <summary>
    /// Puts a delivery back, without counting an attempt, when a handler of the host's refuses to send it by an exception.
    /// </summary>
    /// <typeparam name="TException">The exception: a circuit breaker's or a rate limiter's.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="deferFor">For how long; null when this exception is a failed attempt after all.</param>
    public static IWebhooksBuilder DeferOn<TException>(this IWebhooksBuilder builder, Func<TException, TimeSpan?> deferFor)
        where TException : Exception
    {
        builder.Services.AddSingleton<IAttemptDeferral>(new AttemptDeferral<TException>(deferFor));
        return builder;
    }

    /// <summary>
    /// Stores operational events, for endpoints of the tenant <see cref="WebhooksDefaults.OperationalTenantId"/>: endpoints created,
    /// changed, disabled, deliveries failing, exhausted, recovered. Each is stored with what it tells of, in one transaction.
    /// </summary>
    /// <param name="builder">The builder.</param>
    public static IWebhooksBuilder AddOperationalEvents(this IWebhooksBuilder builder) =>
        builder.Configure(static options => options.OperationalEvents.Enabled = true);

    /// <summary>
    /// Adds a handler of operational events, which are delivered to it durably: at least once, on one of the instances, retried by the
    /// application's schedule, with a log. Its deliveries are those of the endpoint <c>handler_</c> and its name, of the tenant
    /// <see cref="WebhooksDefaults.OperationalTenantId"/>, which is made when the host starts; delete that endpoint when you take the
    /// handler away.
    /// </summary>
    /// <typeparam name="T">The handler. It is registered as scoped, unless it is registered already.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="name">
    /// Its name, 1 to 247 of <c>A-Z a-z 0-9 _ -</c>: with another name it is another handler, and what is pending is the first one's.
    /// Null for the name of the class.
    /// </param>
    /// <exception cref="WebhookValidationException">The name is not one.</exception>
    public static IWebhooksBuilder AddOperationalEventHandler<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(this IWebhooksBuilder builder, string? name = null)
        where T : class, IOperationalEventHandler
    {
        name ??= typeof(T).Name;
        FieldRules.CheckKey(WebhooksDefaults.OperationalTenantId, "name", name);
        var handler = new OperationalHandler(name, static services => services.GetRequiredService<T>());
        FieldRules.CheckKey(WebhooksDefaults.OperationalTenantId, "name", handler.EndpointKey.EndpointId);
        builder.Services.TryAddScoped<T>();
        builder.Services.AddSingleton(handler);
        return builder.AddOperationalEvents();
    }

    /// <summary>
    /// Encrypts the signing secrets and credentials of endpoints at rest, with AES-256-GCM and keys of the host's own. What was
    /// stored before stays readable, and is encrypted with the next change of its endpoint, or all at once by
    /// <see cref="Webhooks.Endpoints.IWebhookEndpoints.ReprotectSecretsAsync"/>. For another way, register an
    /// <see cref="IWebhookSecretProtector"/>.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="current">The key that is encrypted with.</param>
    /// <param name="previous">The keys before it, as long as something is encrypted with them.</param>
    /// <exception cref="WebhookValidationException">Two keys have the same id.</exception>
    public static IWebhooksBuilder ProtectSecrets(
        this IWebhooksBuilder builder, SecretProtectionKey current, params IReadOnlyList<SecretProtectionKey> previous)
    {
        builder.Services.RemoveAll<IWebhookSecretProtector>();
        builder.Services.AddSingleton<IWebhookSecretProtector>(new AesGcmSecretProtector(current, previous));
        return builder;
    }

    private static IWebhooksBuilder AddEventType<TBuilder>(this IWebhooksBuilder builder, TBuilder type, Action<TBuilder>? configure)
        where TBuilder : EventTypeBuilder
    {
        configure?.Invoke(type);
        EventTypeRules.Check(type.EventType);
        builder.Services.AddSingleton(type.EventType);
        return builder;
    }
}
