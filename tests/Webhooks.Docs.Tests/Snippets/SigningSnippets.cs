using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Webhooks.Endpoints;
using Webhooks.Signing;

namespace Webhooks.Docs.Tests.Snippets;

/// <summary>The code of docs/signing.md.</summary>
internal static class SigningSnippets
{
    public static async Task ChooseAsync(IWebhooksBuilder webhooks, IWebhookEndpoints endpoints, WebhookEndpoint endpoint)
    {
        webhooks.Configure(options => options.Signing.Default = [SigningSchemeNames.StandardWebhooks, SigningSchemeNames.GitHub]);

        await endpoints.UpdateAsync(endpoint.Id, endpoint.Settings with { SigningSchemes = [SigningSchemeNames.Stripe] });
    }

    public static void AddScheme(IWebhooksBuilder webhooks)
    {
        webhooks.Configure(options =>
        {
            options.Signing.Schemes["acme"] = SigningScheme.GitHub with { SignatureHeader = "X-Webhook-Signature-256", IdHeader = "X-Webhook-Id" };
            options.Signing.Default = ["acme"];
        });
    }

    public static async Task RotateAsync(IWebhookEndpoints endpoints, WebhookEndpoint endpoint)
    {
        var secret = await endpoints.RotateSecretAsync(endpoint.Id, new RotateSecretOptions { GracePeriod = TimeSpan.Zero });
        _ = secret;
    }

    public static async Task ImportAsync(IWebhookEndpoints endpoints, WebhookEndpoint endpoint, string secretOfTheOldSystem)
    {
        await endpoints.RotateSecretAsync(endpoint.Id, new RotateSecretOptions
        {
            Scheme = SigningSchemeNames.GitHub,
            Secret = WebhookSecret.FromText(secretOfTheOldSystem),
        });
    }

    public static void Verify(string secret, HttpRequest request, byte[] body, ILogger logger)
    {
        var verifier = new WebhookVerifier(SigningScheme.Stripe, [WebhookSecret.FromText(secret)]);
        var verification = verifier.Verify(name => request.Headers[name], body);
        if (!verification.IsValid)
            logger.LogWarning("Refused: {Failure} in {Header}.", verification.Failure, verification.Header);
    }
}
