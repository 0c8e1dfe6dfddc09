using System.Text.Json.Serialization;

namespace Webhooks.Endpoints;

/// <summary>
/// How an endpoint's requests prove who sends them, beside their signature. All of it is secret: it is kept with the signing
/// secrets, encrypted where the host has a protector, and no call returns more of it than its <see cref="CredentialKinds"/>.
/// </summary>
/// <remarks>A header that these credentials set stands in place of one of the same name in the settings.</remarks>
public sealed record EndpointCredentials
{
    /// <summary>User name and password (RFC 7617). Default: none.</summary>
    public BasicCredentials? Basic { get; init; }

    /// <summary>
    /// A token that is sent as <c>Authorization: Bearer</c> (RFC 6750), 1 to 4,000 visible ASCII characters. Default: none.
    /// </summary>
    public string? BearerToken { get; init; }

    /// <summary>Where to get tokens that are sent as <c>Authorization: Bearer</c> (RFC 6749, section 4.4). Default: none.</summary>
    public OAuthClientCredentials? OAuth { get; init; }

    /// <summary>
    /// Headers whose values are secret, such as <c>X-Api-Key</c>, at most 32, by the rules of
    /// <see cref="EndpointSettings.Headers"/>. Default: none.
    /// </summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// A client certificate for mutual TLS: PEM (RFC 7468) of the certificate, its intermediates, and its private key without a
    /// password, at most 64 KiB. Default: none.
    /// </summary>
    public string? ClientCertificate { get; init; }

    /// <summary>Which of them are there.</summary>
    [JsonIgnore]
    public CredentialKinds Kinds =>
        (Basic is null ? CredentialKinds.None : CredentialKinds.Basic)
        | (BearerToken is null ? CredentialKinds.None : CredentialKinds.BearerToken)
        | (OAuth is null ? CredentialKinds.None : CredentialKinds.OAuth)
        | (Headers is { Count: > 0 } ? CredentialKinds.Headers : CredentialKinds.None)
        | (ClientCertificate is null ? CredentialKinds.None : CredentialKinds.ClientCertificate);

    /// <summary>Nothing of it.</summary>
    public override string ToString() => $"{nameof(EndpointCredentials)} {{ *** }}";
}
