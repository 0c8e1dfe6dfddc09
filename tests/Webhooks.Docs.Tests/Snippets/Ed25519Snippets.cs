using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Ed25519;
using Webhooks.Endpoints;
using Webhooks.Signing;

namespace Webhooks.Docs.Tests.Snippets;

/// <summary>The code of the README of Webhooks.Ed25519.</summary>
internal static class Ed25519Snippets
{
    public static void Add(WebApplicationBuilder builder)
    {
        builder.Services.AddWebhooks(webhooks => webhooks
            .AddEd25519()
            .Configure(options => options.Signing.Default = ["v1a"]));
    }

    public static async Task RotateAsync(IWebhookEndpoints endpoints)
    {
        await endpoints.RotateSecretAsync("ep_1", new RotateSecretOptions { Scheme = "v1a" });
    }

    public static void Serve(WebApplication app)
    {
        app.MapGet("/webhook-keys/{endpointId}", async (string endpointId, IWebhookPublicKeys publicKeys, CancellationToken ct) =>
            Results.Text((await publicKeys.GetAsync(endpointId, "acme", ct)).ToJwks(), "application/jwk-set+json"));
    }

    public static WebhookVerifier Verify()
    {
        var verifier = new WebhookVerifier(Ed25519Scheme.StandardWebhooks, [Ed25519PublicKey.Parse("whpk_…")]);
        return verifier;
    }
}
