using Microsoft.Extensions.DependencyInjection.Extensions;
using Webhooks;
using Webhooks.Ed25519;
using Webhooks.Signing;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Signs webhooks with private keys.</summary>
public static class WebhooksBuilderEd25519Extensions
{
    /// <summary>
    /// Adds the scheme <c>v1a</c> of Standard Webhooks (<see cref="Ed25519Scheme.StandardWebhooks"/>), which applications and endpoints
    /// choose by <see cref="SigningSchemeNames.StandardWebhooksEd25519"/>, and <see cref="IWebhookPublicKeys"/>.
    /// </summary>
    /// <param name="builder">The builder.</param>
    public static IWebhooksBuilder AddEd25519(this IWebhooksBuilder builder)
    {
        builder.Services.AddSingleton<IWebhookSigner>(new SchemeSigner(
            SigningSchemeNames.StandardWebhooksEd25519, Ed25519Scheme.StandardWebhooks, new Ed25519Algorithm()));
        builder.Services.TryAddSingleton<IWebhookPublicKeys, WebhookPublicKeys>();
        return builder;
    }
}
