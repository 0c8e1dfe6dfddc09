using Microsoft.AspNetCore.Http;
using Webhooks.AspNetCore.Management.OpenApi;
using Webhooks.AspNetCore.Management.Routing;

namespace Webhooks.AspNetCore.Management.Secrets;

/// <summary>The routes of secrets.</summary>
internal static class SecretRoutes
{
    public static void MapRotate(ManagementGroup group) =>
        group.Map(HttpMethods.Post, "/endpoints/{endpointId}/secret/rotate", SecretHandlers.RotateAsync, new Operation
        {
            Id = "rotateSecret",
            Summary = "Give an endpoint a new secret",
            Description = "The ones before are signed with too, for the grace period. The answer has the new secret, which is not shown again; "
                + "if it was lost, rotate anew. With an Idempotency-Key, a repeated request gets the same secret as long as that is signed with.",
            Body = OperationContent.Of(new RotateSecretInput { GracePeriodSeconds = 86_400 }, isRequired: false),
            SuccessDescription = "The new secret.",
            Success = OperationContent.Of(new RotatedSecretResource { Secret = Examples.Secret }),
            TakesIdempotencyKey = true,
            TakesIfMatch = true,
            Problems = [StatusCodes.Status409Conflict],
        });

    public static void MapRead(ManagementGroup group) =>
        group.Map(HttpMethods.Get, "/endpoints/{endpointId}/secret", SecretHandlers.GetAsync, new Operation
        {
            Id = "getSecret",
            Summary = "Read an endpoint's secrets",
            SuccessDescription = "The secrets that are signed with, the newest first.",
            Success = OperationContent.Of(new SecretsResource
            {
                Data = [new SecretResource { Secret = Examples.Secret, CreatedAt = Examples.Time }],
            }),
        });
}
