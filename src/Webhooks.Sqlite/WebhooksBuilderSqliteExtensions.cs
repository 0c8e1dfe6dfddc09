using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Webhooks;
using Webhooks.Sqlite;
using Webhooks.Storage;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps webhooks in SQLite.</summary>
public static class WebhooksBuilderSqliteExtensions
{
    /// <summary>
    /// Keeps everything in a SQLite file, which is created where there is none. It replaces the store that was registered
    /// before.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="connectionString">See <see cref="SqliteStoreOptions.ConnectionString"/>: <c>Data Source=webhooks.db</c>.</param>
    /// <param name="configure">The other settings; null for the defaults.</param>
    public static IWebhooksBuilder UseSqlite(
        this IWebhooksBuilder builder, string connectionString, Action<SqliteStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(connectionString);
        builder.Services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<SqliteStoreOptions>, SqliteStoreOptionsValidator>());
        builder.Services.AddOptions<SqliteStoreOptions>()
            .Configure(options =>
            {
                options.ConnectionString = connectionString;
                configure?.Invoke(options);
            })
            .ValidateOnStart();
        builder.Services.RemoveAll<IWebhookStore>();
        builder.Services.AddSingleton<IWebhookStore>(static services => new SqliteWebhookStore(
            services.GetRequiredService<IOptions<SqliteStoreOptions>>().Value,
            services.GetService<ILogger<SqliteWebhookStore>>()));
        return builder;
    }
}
