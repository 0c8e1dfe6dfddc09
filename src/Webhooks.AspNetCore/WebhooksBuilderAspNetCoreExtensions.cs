using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Webhooks;
using Webhooks.AspNetCore.Management;
using Webhooks.AspNetCore.Management.EventTypes;
using Webhooks.AspNetCore.Management.Json;
using Webhooks.AspNetCore.Secrets;
using Webhooks.Secrets;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>What webhooks gain in an ASP.NET Core host.</summary>
public static class WebhooksBuilderAspNetCoreExtensions
{
    /// <summary>
    /// Encrypts secrets and credentials at rest with the key ring of ASP.NET Core Data Protection. It replaces a protector that was
    /// registered before.
    /// </summary>
    /// <remarks>
    /// Every instance needs the same key ring and application name: configure them by <c>AddDataProtection()</c>, and keep the ring
    /// elsewhere than in the database. Text of expired keys stays readable; that of keys that are revoked or gone does not, and
    /// deliveries of its endpoint are then put back until it is.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    public static IWebhooksBuilder ProtectSecretsWithDataProtection(this IWebhooksBuilder builder)
    {
        builder.Services.AddDataProtection();
        builder.Services.RemoveAll<IWebhookSecretProtector>();
        builder.Services.AddSingleton<IWebhookSecretProtector>(static services =>
            new DataProtectionSecretProtector(services.GetRequiredService<IDataProtectionProvider>()));
        return builder;
    }

    /// <summary>
    /// Adds what the management API needs; <c>app.MapWebhooks("/v1")</c> maps it. Each part is added only where the host has not
    /// registered its own.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes its settings.</param>
    public static IWebhooksBuilder AddManagementApi(this IWebhooksBuilder builder, Action<WebhookManagementOptions>? configure = null)
    {
        var services = builder.Services;
        services.AddOptions<WebhookManagementOptions>()
            .Validate(
                static options => options.DefaultPageSize <= options.MaxPageSize,
                $"{nameof(WebhookManagementOptions.DefaultPageSize)} is larger than {nameof(WebhookManagementOptions.MaxPageSize)}.")
            .ValidateOnStart();
        if (configure is not null)
        {
            services.Configure(configure);
        }

        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<WebhookManagementOptions>, ManagementOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<JsonOptions>, ManagementJsonSetup>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartupFilter, ManagementStartCheck>());
        services.TryAddSingleton<EventTypeList>();
        return builder;
    }
}
