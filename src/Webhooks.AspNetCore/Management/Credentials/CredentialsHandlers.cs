using Webhooks.AspNetCore.Management.Endpoints;
using Webhooks.AspNetCore.Management.Routing;
using Webhooks.Endpoints;

namespace Webhooks.AspNetCore.Management.Credentials;

/// <summary>Sets the credentials of an endpoint, takes them away, and says which it has.</summary>
internal static class CredentialsHandlers
{
    /// <summary>How the library calls what is the whole body here.</summary>
    private const string Whole = "credentials";

    public static async Task<ManagementResult> GetAsync(ManagementRequest request)
    {
        // Its version first: with credentials that came after it, it is one that no change can be based on.
        var endpoint = await EndpointHandlers.FindAsync(request).ConfigureAwait(false);
        var kinds = await request.Service<IWebhookEndpoints>()
            .GetCredentialKindsAsync(endpoint.Id, request.TenantId, request.Aborted).ConfigureAwait(false);
        return Show(kinds, endpoint);
    }

    public static async Task<ManagementResult> SetAsync(ManagementRequest request)
    {
        var input = await request.ReadAsync<CredentialsInput>().ConfigureAwait(false);
        var credentials = input.ToCredentials();
        try
        {
            return Show(credentials.Kinds, await ChangeAsync(request, credentials).ConfigureAwait(false));
        }
        catch (WebhookValidationException exception)
        {
            throw new WebhookValidationException([.. exception.Errors.Select(InBody)], exception);
        }
    }

    public static async Task<ManagementResult> RemoveAsync(ManagementRequest request)
    {
        await ChangeAsync(request, credentials: null).ConfigureAwait(false);
        return ManagementResult.NoContent;
    }

    private static Task<WebhookEndpoint> ChangeAsync(ManagementRequest request, EndpointCredentials? credentials) =>
        request.Service<IWebhookEndpoints>().SetCredentialsAsync(
            request.Id("endpointId"), credentials, request.TenantId, request.ExpectedVersion(), request.Aborted);

    private static ManagementResult Show(CredentialKinds kinds, WebhookEndpoint endpoint) =>
        ManagementResult.Of(CredentialsResource.Of(kinds), version: endpoint.Version);

    private static WebhookValidationError InBody(WebhookValidationError error) => error.Field.StartsWith(Whole, StringComparison.Ordinal)
        ? new(error.Field[Whole.Length..].TrimStart('.'), error.Rule, error.Value, error.Message)
        : error;
}
