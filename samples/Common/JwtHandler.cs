using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Samples.Common;

/// <summary>Takes <c>Authorization: Bearer {token}</c> (RFC 6750) with a token of <see cref="Jwt"/>.</summary>
public sealed class JwtHandler(IOptionsMonitor<JwtOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<JwtOptions>(options, logger, encoder)
{
    /// <summary>The name of the scheme.</summary>
    public const string SchemeName = "Bearer";

    private const string Prefix = "Bearer ";

    /// <inheritdoc/>
    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }

        if (Jwt.Read(Options.Key, header[Prefix.Length..].Trim(), TimeProvider.GetUtcNow()) is not { } claims)
        {
            return Task.FromResult(AuthenticateResult.Fail("The token is not one of ours, or has expired."));
        }

        var user = new ClaimsPrincipal(new ClaimsIdentity(claims, Scheme.Name, "sub", roleType: null));
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(user, Scheme.Name)));
    }

    /// <inheritdoc/>
    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = SchemeName;
        return base.HandleChallengeAsync(properties);
    }
}
