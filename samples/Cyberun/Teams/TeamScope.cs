using System.Globalization;
using Microsoft.AspNetCore.Http.Features;

namespace Cyberun.Teams;

/// <summary>The team that a request is scoped to: the tenant of its webhooks.</summary>
internal sealed record TeamScope(string TeamId)
{
    private const string Header = "X-Team-ID";
    private const string TeamsClaim = "teams";

    /// <summary>The team of a request to a route with <see cref="TeamScopeExtensions.RequireTeam"/>.</summary>
    public static string Of(HttpContext context) => context.Features.GetRequiredFeature<TeamScope>().TeamId;

    /// <summary>Finds the team of a request.</summary>
    /// <returns>Null when it was found, else the answer.</returns>
    public static IResult? Find(HttpContext context)
    {
        // A credential's team is its own. Any value sent is ignored.
        if (context.User.FindFirst(CredentialHandler.TeamClaim) is { } own)
        {
            context.Features.Set(new TeamScope(own.Value));
            return null;
        }

        var header = context.Request.Headers[Header];
        if (header is not [{ Length: > 0 } value])
        {
            return Results.Problem($"The header {Header} is missing: a user may belong to several teams.", statusCode: 400);
        }

        if (!Guid.TryParseExact(value, "d", out var id))
        {
            return Results.Problem($"The header {Header} is not a UUID.", statusCode: 400);
        }

        var team = id.ToString("d", CultureInfo.InvariantCulture);
        if (!context.User.HasClaim(TeamsClaim, team))
        {
            return Results.Problem("You are not in this team.", statusCode: 403);
        }

        context.Features.Set(new TeamScope(team));
        return null;
    }
}
