using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Webhooks;

namespace Samples.Common;

/// <summary>Answers what the library refuses with 400 and a problem (RFC 9457) that names the fields as the API does.</summary>
public static class ValidationProblems
{
    /// <summary>Adds the answer to a group of routes.</summary>
    /// <param name="group">The routes.</param>
    /// <param name="names">The API's name for a field of the library; other fields keep theirs.</param>
    public static RouteGroupBuilder WithValidationProblems(this RouteGroupBuilder group, params IReadOnlyList<(string Field, string Name)> names) =>
        group.AddEndpointFilter(async (context, next) =>
        {
            try
            {
                return await next(context);
            }
            catch (WebhookValidationException exception)
            {
                return Results.ValidationProblem(exception.Errors
                    .GroupBy(error => Rename(error.Field, names), StringComparer.Ordinal)
                    .ToDictionary(field => field.Key, field => field.Select(error => error.Message).ToArray(), StringComparer.Ordinal));
            }
        });

    private static string Rename(string field, IReadOnlyList<(string Field, string Name)> names)
    {
        foreach (var (from, to) in names)
        {
            if (field.StartsWith(from, StringComparison.Ordinal))
            {
                return to + field[from.Length..];
            }
        }

        return field;
    }
}
