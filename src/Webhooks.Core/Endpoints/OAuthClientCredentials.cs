namespace Webhooks.Endpoints;

/// <summary>
/// The client credentials grant of OAuth 2.0 (RFC 6749, section 4.4). A token is asked for when one is needed, kept until shortly
/// before it expires, and dropped when the receiver answers 401.
/// </summary>
public sealed record OAuthClientCredentials
{
    /// <summary>
    /// Where tokens are asked for, by the rules of <see cref="EndpointSettings.Url"/>. Requests to it meet the same address
    /// policy as attempts.
    /// </summary>
    public required string TokenUrl { get; init; }

    /// <summary>The client's id, 1 to 1,024 visible ASCII characters and spaces.</summary>
    public required string ClientId { get; init; }

    /// <summary>The client's secret, 1 to 1,024 visible ASCII characters and spaces; sent by basic authentication (section 2.3.1).</summary>
    public required string ClientSecret { get; init; }

    /// <summary>The scopes that are asked for, separated by spaces (section 3.3), at most 1,024 characters. Default: none.</summary>
    public string? Scope { get; init; }

    /// <summary>Nothing of it.</summary>
    public override string ToString() => $"{nameof(OAuthClientCredentials)} {{ *** }}";
}
