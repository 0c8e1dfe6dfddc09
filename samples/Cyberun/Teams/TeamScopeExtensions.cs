namespace Cyberun.Teams;

/// <summary>Routes that are scoped to a team.</summary>
internal static class TeamScopeExtensions
{
    public static RouteGroupBuilder RequireTeam(this RouteGroupBuilder group) => group.AddEndpointFilter(async (context, next) =>
        TeamScope.Find(context.HttpContext) is { } refusal ? refusal : await next(context));
}
