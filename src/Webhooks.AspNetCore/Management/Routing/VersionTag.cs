using System.Globalization;
using Microsoft.AspNetCore.Http;
using Webhooks.AspNetCore.Management.Problems;

namespace Webhooks.AspNetCore.Management.Routing;

/// <summary>Versions of endpoints as entity tags (RFC 9110, section 8.8.3).</summary>
internal static class VersionTag
{
    public static string Write(long version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>Whether the request is based on one version.</summary>
    public static bool IsExpected(HttpRequest request) => request.Headers.IfMatch.ToString() is not ("" or "*");

    /// <summary>Reads the version that a change is based on (section 13.1.1).</summary>
    /// <returns>Null where any will do: without <c>If-Match</c>, and with <c>*</c>.</returns>
    public static long? ReadIfMatch(HttpRequest request) => request.Headers.IfMatch.ToString() switch
    {
        "" or "*" => null,
        ['"', .. var version, '"'] when long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        var other => throw new ProblemException(Problem.Of(
            StatusCodes.Status412PreconditionFailed,
            ProblemCode.VersionMismatch,
            "If-Match is not one entity tag that this endpoint has had.",
            new ProblemError { Field = "If-Match", Rule = "etag", Detail = "is the ETag of an answer that shows the endpoint.", Value = other })),
    };
}
