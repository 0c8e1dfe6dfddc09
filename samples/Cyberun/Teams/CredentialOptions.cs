using Microsoft.AspNetCore.Authentication;

namespace Cyberun.Teams;

/// <summary>The credentials that there are.</summary>
internal sealed class CredentialOptions : AuthenticationSchemeOptions
{
    /// <summary>The team of each.</summary>
    public IReadOnlyDictionary<string, string> Teams { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
