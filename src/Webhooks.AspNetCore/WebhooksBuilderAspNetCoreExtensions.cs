using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Webhooks;
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
}
