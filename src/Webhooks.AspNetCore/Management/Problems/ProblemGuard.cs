using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Webhooks.AspNetCore.Management.Json;
using Webhooks.AspNetCore.Management.Routing;

namespace Webhooks.AspNetCore.Management.Problems;

/// <summary>Answers the exceptions of the library that are a caller's fault with problem details. Others are the host's to handle.</summary>
internal static class ProblemGuard
{
    public static void Enforce(EndpointBuilder endpoint)
    {
        var next = endpoint.RequestDelegate
            ?? throw new InvalidOperationException($"The endpoint '{endpoint.DisplayName}' has no delegate.");
        endpoint.RequestDelegate = context => InvokeAsync(context, next);
    }

    private static async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        Problem problem;
        try
        {
            await next(context).ConfigureAwait(false);
            return;
        }
        catch (Exception exception) when (!context.Response.HasStarted && TryDescribe(context, exception) is { } described)
        {
            problem = described;
        }

        context.Response.Clear();
        await problem.WriteAsync(context).ConfigureAwait(false);
    }

    private static Problem? TryDescribe(HttpContext context, Exception exception) => exception switch
    {
        ProblemException known => known.Problem,
        WebhookValidationException validation => Describe(context, validation),
        WebhookNotFoundException missing => Problem.Of(
            StatusCodes.Status404NotFound, ProblemCode.NotFound, $"There is no {missing.What} '{missing.Id}'."),
        WebhookVersionConflictException mismatch when VersionTag.IsExpected(context.Request) => Problem.Of(
            StatusCodes.Status412PreconditionFailed, ProblemCode.VersionMismatch, mismatch.Message),
        WebhookConflictException conflict => Problem.Of(StatusCodes.Status409Conflict, ProblemCode.Conflict, conflict.Message),
        BadHttpRequestException bad => Problem.Of(
            bad.StatusCode,
            bad.StatusCode == StatusCodes.Status413PayloadTooLarge ? ProblemCode.BodyTooLarge : ProblemCode.BadRequest,
            bad.Message),
        _ => null,
    };

    /// <summary>What a request asks for is in its query, and what it changes in its body.</summary>
    private static Problem Describe(HttpContext context, WebhookValidationException exception)
    {
        var naming = ManagementJson.Of(context).Naming;
        ProblemError[] errors =
        [
            .. exception.Errors.Select(error => new ProblemError
            {
                Field = naming.ConvertPath(error.Field),
                Rule = error.Rule,
                Detail = error.Message,
                Value = error.Value,
            }),
        ];
        return HttpMethods.IsGet(context.Request.Method)
            ? Problem.Of(StatusCodes.Status400BadRequest, ProblemCode.BadRequest, "The query cannot be used.", errors)
            : Problem.Of(StatusCodes.Status422UnprocessableEntity, ProblemCode.Validation, "A value breaks its rule.", errors);
    }
}
