using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Webhooks.AspNetCore.Management.Credentials;

/// <summary>Client credentials of OAuth, as bodies have them.</summary>
internal sealed record OAuthInput
{
    [Required]
    [Description("Where tokens are asked for, by the rules of an endpoint's URL.")]
    public string? TokenUrl { get; init; }

    [Required]
    [Description("The client's id, 1 to 1,024 characters of visible ASCII.")]
    public string? ClientId { get; init; }

    [Required]
    [Description("The client's secret, 1 to 1,024 characters of visible ASCII; it is sent by basic authentication.")]
    public string? ClientSecret { get; init; }

    [Description("The scopes that are asked for, separated by spaces; null for none.")]
    public string? Scope { get; init; }

    /// <summary>Nothing of it.</summary>
    public override string ToString() => $"{nameof(OAuthInput)} {{ *** }}";
}
