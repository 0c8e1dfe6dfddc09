using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Endpoints;
using Webhooks.Secrets;

namespace Webhooks.Docs.Tests.Snippets;

/// <summary>The code of docs/security.md.</summary>
internal static class SecuritySnippets
{
    public static void Protect(IWebhooksBuilder webhooks, IConfiguration configuration)
    {
        webhooks.ProtectSecrets(
            SecretProtectionKey.FromBase64("2026-07", configuration["Webhooks:Key"]!),
            SecretProtectionKey.FromBase64("2026-01", configuration["Webhooks:PreviousKey"]!)); // as long as something needs it
    }

    public static async Task ReprotectAsync(IWebhookEndpoints endpoints, IEnumerable<string> tenants)
    {
        foreach (var tenant in tenants)
            await endpoints.ReprotectSecretsAsync(tenant);
    }

    public static async Task SetCredentialsAsync(IWebhookEndpoints endpoints, IConfiguration configuration)
    {
        await endpoints.SetCredentialsAsync("ep_1", new EndpointCredentials
        {
            OAuth = new OAuthClientCredentials
            {
                TokenUrl = "https://login.example.com/oauth2/token",
                ClientId = "hooks",
                ClientSecret = configuration["Example:ClientSecret"]!,
                Scope = "events.write",
            },
            ClientCertificate = await File.ReadAllTextAsync("client.pem"), // mutual TLS: certificate, intermediates and key
        });
    }
}
