using Webhooks.AspNetCore.Management.Endpoints;
using Webhooks.AspNetCore.Management.Idempotency;
using Webhooks.AspNetCore.Management.Routing;
using Webhooks.Endpoints;
using Webhooks.Signing;

namespace Webhooks.AspNetCore.Management.Secrets;

/// <summary>Shows and rotates the secrets of an endpoint.</summary>
internal static class SecretHandlers
{
    public static async Task<ManagementResult> GetAsync(ManagementRequest request)
    {
        var secrets = await request.Service<IWebhookEndpoints>()
            .GetSecretsAsync(request.Id("endpointId"), request.TenantId, request.Aborted).ConfigureAwait(false);
        return ManagementResult.Of(new SecretsResource { Data = [.. secrets.Select(SecretResource.Of)] });
    }

    public static async Task<ManagementResult> RotateAsync(ManagementRequest request)
    {
        var input = await request.ReadOptionalAsync<RotateSecretInput>().ConfigureAwait(false);
        var options = new RotateSecretOptions
        {
            TenantId = request.TenantId,
            Secret = input.Secret is null ? null : WebhookSecret.FromText(input.Secret),
            GracePeriod = input.GracePeriodSeconds is { } seconds ? Seconds.ToTime("gracePeriodSeconds", seconds) : null,
            Scheme = input.Scheme,
            ExpectedVersion = request.ExpectedVersion(),
        };
        var id = request.Id("endpointId");
        var secret = await IdempotencyKey.OnceAsync(
            request,
            "rot_",
            rotationId => request.Service<IWebhookEndpoints>()
                .RotateSecretAsync(id, options with { RotationId = rotationId }, request.Aborted)).ConfigureAwait(false);
        return ManagementResult.Of(new RotatedSecretResource { Secret = secret.Reveal() });
    }
}
