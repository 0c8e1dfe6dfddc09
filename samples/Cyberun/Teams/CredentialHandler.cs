using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Cyberun.Teams;

/// <summary>Takes <c>Authorization: Bearer sk-…</c> and <c>dk-…</c>: credentials, which carry their team.</summary>
internal sealed class CredentialHandler(IOptionsMonitor<CredentialOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<CredentialOptions>(options, logger, encoder)
{
    public const string SchemeName = "Credential";
    public const string TeamClaim = "team";

    private const string Prefix = "Bearer ";

    /// <summary>Whether a request brings a credential, and not a session token.</summary>
    public static bool Handles(HttpRequest request) => Read(request) is { } token
        && (token.StartsWith("sk-", StringComparison.Ordinal) || token.StartsWith("dk-", StringComparison.Ordinal));

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Read(Request) is not { } credential || !Options.Teams.TryGetValue(credential, out var team))
        {
            return Task.FromResult(AuthenticateResult.Fail("There is no such credential."));
        }

        var user = new ClaimsPrincipal(new ClaimsIdentity([new Claim(TeamClaim, team)], Scheme.Name));
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(user, Scheme.Name)));
    }

    private static string? Read(HttpRequest request) =>
        request.Headers.Authorization.ToString() is { } header && header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
            ? header[Prefix.Length..].Trim()
            : null;
}
