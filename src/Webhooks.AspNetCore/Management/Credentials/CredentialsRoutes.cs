using Microsoft.AspNetCore.Http;
using Webhooks.AspNetCore.Management.OpenApi;
using Webhooks.AspNetCore.Management.Routing;
using Webhooks.Endpoints;

namespace Webhooks.AspNetCore.Management.Credentials;

/// <summary>The routes of credentials.</summary>
internal static class CredentialsRoutes
{
    private const string Path = "/endpoints/{endpointId}/credentials";

    private static readonly OperationContent Shown = OperationContent.Of(
        CredentialsResource.Of(CredentialKinds.OAuth | CredentialKinds.Headers));

    public static void Map(ManagementGroup group)
    {
        group.Map(HttpMethods.Get, Path, CredentialsHandlers.GetAsync, new Operation
        {
            Id = "getCredentials",
            Summary = "Read which credentials an endpoint has",
            Description = "The credentials themselves are never shown.",
            SuccessDescription = "Which fields are set.",
            Success = Shown,
            HasETag = true,
        });
        group.Map(HttpMethods.Put, Path, CredentialsHandlers.SetAsync, new Operation
        {
            Id = "setCredentials",
            Summary = "Set the credentials of an endpoint",
            Description = "How its requests prove who sends them, beside their signature. What is left out is removed. Only one of the fields can set "
                + "the header Authorization.",
            Body = OperationContent.Of(new CredentialsInput
            {
                OAuth = new OAuthInput
                {
                    TokenUrl = "https://login.example.com/oauth2/token",
                    ClientId = "hooks",
                    ClientSecret = "example-client-secret",
                    Scope = "events.write",
                },
                Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["X-Api-Key"] = "example-api-key" },
            }),
            SuccessDescription = "Which fields are set now.",
            Success = Shown,
            HasETag = true,
            TakesIfMatch = true,
        });
        group.Map(HttpMethods.Delete, Path, CredentialsHandlers.RemoveAsync, new Operation
        {
            Id = "removeCredentials",
            Summary = "Remove the credentials of an endpoint",
            SuccessCode = StatusCodes.Status204NoContent,
            SuccessDescription = "It has none.",
            TakesIfMatch = true,
        });
    }
}
