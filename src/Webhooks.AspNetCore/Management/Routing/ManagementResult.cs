using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Webhooks.AspNetCore.Management.Json;

namespace Webhooks.AspNetCore.Management.Routing;

/// <summary>An answer.</summary>
internal abstract class ManagementResult
{
    public static ManagementResult NoContent { get; } = new Empty();

    public int StatusCode { get; private init; } = StatusCodes.Status200OK;

    /// <summary>The version that the answer shows, for <c>ETag</c>; null for none.</summary>
    public long? Version { get; private init; }

    /// <summary>The path of what was made, relative to that of the request; null for none.</summary>
    public string? Location { get; private init; }

    public static ManagementResult Of<T>(T body, int statusCode = StatusCodes.Status200OK, long? version = null, string? location = null) =>
        new Body<T>(body) { StatusCode = statusCode, Version = version, Location = location };

    public Task WriteAsync(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = StatusCode;
        if (Version is { } version)
        {
            response.Headers.ETag = VersionTag.Write(version);
        }

        if (Location is not null)
        {
            response.Headers.Location = Location;
        }

        // Answers hold what is a tenant's own, some of them a secret.
        response.Headers[HeaderNames.CacheControl] = "no-store";
        return WriteBodyAsync(context);
    }

    protected abstract Task WriteBodyAsync(HttpContext context);

    private sealed class Body<T>(T body) : ManagementResult
    {
        protected override Task WriteBodyAsync(HttpContext context) =>
            ManagementJson.Of(context).WriteAsync(context.Response, body, "application/json");
    }

    private sealed class Empty : ManagementResult
    {
        public Empty() => StatusCode = StatusCodes.Status204NoContent;

        protected override Task WriteBodyAsync(HttpContext context) => Task.CompletedTask;
    }
}
