using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Webhooks;
using Webhooks.PostgreSql;
using Webhooks.PostgreSql.Notifications;
using Webhooks.PostgreSql.Partitions;
using Webhooks.Storage;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps webhooks in PostgreSQL.</summary>
public static class WebhooksBuilderPostgreSqlExtensions
{
    /// <summary>
    /// Keeps everything in a PostgreSQL database, 15 or later, which any number of instances share. It replaces the store that
    /// was registered before.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="connectionString">A connection string of Npgsql. The store has connections of its own.</param>
    /// <param name="configure">The settings; null for the defaults.</param>
    public static IWebhooksBuilder UsePostgreSql(
        this IWebhooksBuilder builder, string connectionString, Action<PostgreSqlStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(connectionString);
        return builder.UsePostgreSql(
            (options, logger) => new PostgreSqlWebhookStore(connectionString, options, logger), configure);
    }

    /// <summary>
    /// Keeps everything in a PostgreSQL database, 15 or later, which any number of instances share, through the host's own
    /// connections. It replaces the store that was registered before.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="dataSource">The connections; they stay the host's to dispose.</param>
    /// <param name="configure">The settings; null for the defaults.</param>
    public static IWebhooksBuilder UsePostgreSql(
        this IWebhooksBuilder builder, NpgsqlDataSource dataSource, Action<PostgreSqlStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(dataSource);
        return builder.UsePostgreSql(
            (options, logger) => new PostgreSqlWebhookStore(dataSource, options, logger), configure);
    }

    private static IWebhooksBuilder UsePostgreSql(
        this IWebhooksBuilder builder,
        Func<PostgreSqlStoreOptions, ILogger<PostgreSqlWebhookStore>?, PostgreSqlWebhookStore> create,
        Action<PostgreSqlStoreOptions>? configure)
    {
        var services = builder.Services;
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<PostgreSqlStoreOptions>, PostgreSqlStoreOptionsValidator>());
        services.AddOptions<PostgreSqlStoreOptions>().Configure(options => configure?.Invoke(options)).ValidateOnStart();
        services.RemoveAll<PostgreSqlWebhookStore>();
        services.AddSingleton(provider => create(
            provider.GetRequiredService<IOptions<PostgreSqlStoreOptions>>().Value,
            provider.GetService<ILogger<PostgreSqlWebhookStore>>()));
        services.RemoveAll<IWebhookStore>();
        services.AddSingleton<IWebhookStore>(static provider => provider.GetRequiredService<PostgreSqlWebhookStore>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, PartitionMaintenance>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, NotificationListener>());
        return builder;
    }
}
