using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;
using Webhooks;
using Webhooks.Addresses;
using Webhooks.Catalog;
using Webhooks.Catalog.Export;
using Webhooks.Catalog.Schemas;
using Webhooks.Diagnostics;
using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Erasure;
using Webhooks.Http;
using Webhooks.Http.OAuth;
using Webhooks.Http.Tls;
using Webhooks.Log;
using Webhooks.Operations;
using Webhooks.Publishing;
using Webhooks.Replay;
using Webhooks.Signing;
using Webhooks.Storage;
using Webhooks.Storage.InMemory;
using Webhooks.Transformations;
using Webhooks.Validation;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds webhooks to a host.</summary>
public static class WebhooksServiceCollectionExtensions
{
    /// <summary>
    /// Adds webhooks: <see cref="IWebhookPublisher"/>, <see cref="IWebhookEndpoints"/>, <see cref="IWebhookLog"/>, <see cref="IWebhookReplay"/>, <see cref="IWebhookEraser"/> and the
    /// dispatcher. Without a store of its own, everything is kept in memory and lost on exit. Each part is added only where
    /// the host has not registered its own.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Chooses the store, the event types and the settings; the returned builder does as well.</param>
    /// <returns>The builder, for more.</returns>
    public static IWebhooksBuilder AddWebhooks(this IServiceCollection services, Action<IWebhooksBuilder>? configure = null)
    {
        services.AddOptions<WebhooksOptions>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<WebhooksOptions>, WebhooksOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<WebhooksOptions>, WebhooksOptionsRules>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<WebhookJsonOptions>, JsonDefaults>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<WebhookIdGenerator>();
        services.AddMetrics();
        services.TryAddSingleton<WebhooksMetrics>();

        AddStore(services);
        AddPublishing(services);
        AddAddresses(services);
        AddEndpoints(services);
        AddDispatching(services);
        AddReplay(services);
        AddOperations(services);

        var builder = new WebhooksBuilder(services);
        configure?.Invoke(builder);
        return builder;
    }

    /// <summary>Adds webhooks with settings from configuration.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configuration">The section with the settings of <see cref="WebhooksOptions"/>, <c>Webhooks</c> by convention.</param>
    /// <param name="configure">Chooses the store, the event types and the settings; the returned builder does as well.</param>
    /// <returns>The builder, for more.</returns>
    public static IWebhooksBuilder AddWebhooks(
        this IServiceCollection services, IConfiguration configuration, Action<IWebhooksBuilder>? configure = null)
    {
        services.AddOptions<WebhooksOptions>().Bind(configuration);
        return services.AddWebhooks(configure);
    }

    private static void AddStore(IServiceCollection services)
    {
        services.TryAddSingleton<IWebhookStore, InMemoryWebhookStore>();
        services.TryAddSingleton<IEndpointStore>(static provider => provider.GetRequiredService<IWebhookStore>());
        services.TryAddSingleton<IMessageStore>(static provider => provider.GetRequiredService<IWebhookStore>());
        services.TryAddSingleton<IDeliveryStore>(static provider => provider.GetRequiredService<IWebhookStore>());
        services.TryAddSingleton<ILogStore>(static provider => provider.GetRequiredService<IWebhookStore>());
        services.TryAddSingleton<IReplayStore>(static provider => provider.GetRequiredService<IWebhookStore>());
        services.TryAddSingleton<IErasureStore>(static provider => provider.GetRequiredService<IWebhookStore>());
        services.TryAddSingleton<IStoreMaintenance>(static provider => provider.GetRequiredService<IWebhookStore>());
        services.TryAddSingleton<IWebhookLog, WebhookLog>();
        services.TryAddSingleton<IWebhookEraser, WebhookEraser>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, StoreInitializer>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, RetentionService>());
    }

    private static void AddPublishing(IServiceCollection services)
    {
        services.TryAddSingleton<IEventCatalog, EventCatalog>();
        services.TryAddSingleton<IWebhookEnvelope, StandardEnvelope>();
        services.TryAddSingleton<EnvelopeShapes>();
        services.TryAddSingleton<EventSchemas>();
        services.TryAddSingleton<CatalogChecks>();
        services.TryAddSingleton<IEventCatalogExporter, EventCatalogExporter>();
        services.TryAddSingleton<PayloadSerializer>();
        services.TryAddSingleton<MessageFactory>();
        services.TryAddSingleton<MessageAppender>();
        services.TryAddSingleton<WebhookPublisher>();
        services.TryAddSingleton<IWebhookPublisher>(static provider => provider.GetRequiredService<WebhookPublisher>());
        services.TryAddSingleton<IMessagePublisher>(static provider => provider.GetRequiredService<WebhookPublisher>());
    }

    private static void AddAddresses(IServiceCollection services)
    {
        services.TryAddSingleton<IHostResolver, SystemHostResolver>();
        services.TryAddSingleton<HostLookup>();
        services.TryAddSingleton<AddressPolicies>();
        services.TryAddSingleton<AddressConnector>();
    }

    private static void AddEndpoints(IServiceCollection services)
    {
        services.TryAddSingleton<WebhookSigners>();
        services.TryAddSingleton<ReservedHeaders>();
        services.TryAddSingleton<WebhookTransformations>();
        services.TryAddSingleton<EndpointUrlValidator>();
        services.TryAddSingleton<EndpointValidator>();
        services.TryAddSingleton<CredentialsValidator>();
        services.TryAddSingleton<EndpointVault>();
        services.TryAddSingleton<EndpointSecrets>();
        services.TryAddSingleton<EndpointCache>();
        services.TryAddSingleton<EndpointEditor>();
        services.TryAddSingleton<IWebhookEndpoints, WebhookEndpoints>();
        services.TryAddSingleton<IEndpointTester, EndpointTester>();
    }

    private static void AddReplay(IServiceCollection services)
    {
        services.TryAddSingleton<ReplayService>();
        services.TryAddSingleton<IWebhookReplay, WebhookReplay>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ReplayService>(
            static provider => provider.GetRequiredService<ReplayService>()));
    }

    private static void AddOperations(IServiceCollection services)
    {
        services.TryAddSingleton<Announcer>();
        services.TryAddSingleton<HandlerCaller>();
        services.TryAddSingleton<HandlerEndpoints>();
    }

    private static void AddDispatching(IServiceCollection services)
    {
        services.TryAddSingleton<WakeUp>();
        services.TryAddSingleton<RetryPolicy>();
        services.TryAddSingleton<TenantHandlers>();
        services.TryAddSingleton<AttemptClient>();
        services.TryAddSingleton<AccessTokens>();
        services.TryAddSingleton<Transformer>();
        services.TryAddSingleton<EndpointPayloads>();
        services.TryAddSingleton<AttemptSender>();
        services.TryAddSingleton<ErasedMessages>();
        services.TryAddSingleton<DeliveryAttempter>();
        services.TryAddSingleton<IWebhookDispatcher>(static provider => provider.GetRequiredService<WebhookDispatcher>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, WebhookDispatcher>(
            static provider => provider.GetRequiredService<WebhookDispatcher>()));

        if (services.Any(static service => service.ServiceType == typeof(WebhookDispatcher)))
        {
            // A second call must not set the client back to what a host has changed since the first.
            return;
        }

        services.AddSingleton<WebhookDispatcher>();

        // Connections live a limited time so that changes in DNS take effect; the handler itself need not be replaced.
        services.AddHttpClient(WebhooksDefaults.HttpClientName)
            .ConfigureHttpClient(static client => client.Timeout = Timeout.InfiniteTimeSpan)
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers()
            .ConfigurePrimaryHttpMessageHandler(static provider =>
                PrimaryHandler.Create(provider.GetRequiredService<IOptions<WebhooksOptions>>().Value));

        // After all that a host adds: what it has made of the primary handler is guarded, and the last before the network is ours.
        services.PostConfigure<HttpClientFactoryOptions>(
            WebhooksDefaults.HttpClientName,
            static options =>
            {
                options.HttpMessageHandlerBuilderActions.Add(AddressConnector.Guard);
                options.HttpMessageHandlerBuilderActions.Add(static builder =>
                    builder.AdditionalHandlers.Add(new TlsHandler(builder.Services.GetRequiredService<TimeProvider>())));
            });
    }

    /// <summary>Lets a host serialise by reflection unless its build has switched that off.</summary>
    private sealed class JsonDefaults : IPostConfigureOptions<WebhookJsonOptions>
    {
        [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Only where the build allows reflection.")]
        [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Only where the build allows reflection.")]
        public void PostConfigure(string? name, WebhookJsonOptions options)
        {
            if (options.SerializerOptions is { IsReadOnly: false, TypeInfoResolver: null } serializerOptions
                && JsonSerializer.IsReflectionEnabledByDefault)
            {
                serializerOptions.TypeInfoResolver = new DefaultJsonTypeInfoResolver();
            }
        }
    }

    private sealed record WebhooksBuilder(IServiceCollection Services) : IWebhooksBuilder;
}
