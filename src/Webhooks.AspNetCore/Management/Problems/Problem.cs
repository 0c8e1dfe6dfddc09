using System.ComponentModel;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Webhooks.AspNetCore.Management.Json;

namespace Webhooks.AspNetCore.Management.Problems;

/// <summary>Problem details (RFC 9457). Their type is <c>about:blank</c>; what they are says <see cref="Code"/>.</summary>
[Description("Problem details (RFC 9457).")]
internal sealed record Problem
{
    public const string ContentType = "application/problem+json";

    [Description("Always about:blank: the status and the code say what it is.")]
    public string Type { get; init; } = "about:blank";

    [Description("The status code's phrase.")]
    public required string Title { get; init; }

    [Description("The status code.")]
    public required int Status { get; init; }

    [Description("What is wrong and what to do, for people.")]
    public string? Detail { get; init; }

    [Description("What the problem is: stable, for programs.")]
    public required string Code { get; init; }

    [Description("The fields that break a rule, all of them; null where it is none's fault.")]
    public IReadOnlyList<ProblemError>? Errors { get; init; }

    public static Problem Of(int status, string code, string? detail, params IReadOnlyList<ProblemError> errors) => new()
    {
        Title = ReasonPhrases.GetReasonPhrase(status),
        Status = status,
        Code = code,
        Detail = detail,
        Errors = errors.Count > 0 ? errors : null,
    };

    public Task WriteAsync(HttpContext context)
    {
        context.Response.StatusCode = Status;
        return ManagementJson.Of(context).WriteAsync(context.Response, this, ContentType);
    }
}
