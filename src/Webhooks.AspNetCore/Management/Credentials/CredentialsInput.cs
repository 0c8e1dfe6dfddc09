using System.ComponentModel;
using System.Text.Json.Serialization;
using Webhooks.Endpoints;

namespace Webhooks.AspNetCore.Management.Credentials;

/// <summary>The body that sets an endpoint's credentials: <see cref="EndpointCredentials"/>, whose rules hold. What is left out is not there.</summary>
internal sealed record CredentialsInput
{
    [Description("User name and password (RFC 7617); null for none.")]
    public BasicInput? Basic { get; init; }

    [Description("A token that is sent as Authorization: Bearer, 1 to 4,000 characters of visible ASCII; null for none.")]
    public string? BearerToken { get; init; }

    [Description("Where to get tokens that are sent as Authorization: Bearer (RFC 6749, section 4.4); null for none.")]
    [JsonPropertyName("oauth")]
    public OAuthInput? OAuth { get; init; }

    [Description("Headers whose values are secret, at most 32; null for none.")]
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    [Description("A client certificate for mutual TLS, as PEM: the certificate, its intermediates, and its private key without a password; null for none.")]
    public string? ClientCertificate { get; init; }

    public EndpointCredentials ToCredentials() => new()
    {
        Basic = Basic is null ? null : new BasicCredentials(Basic.UserName!, Basic.Password!),
        BearerToken = BearerToken,
        OAuth = OAuth is null
            ? null
            : new OAuthClientCredentials
            {
                TokenUrl = OAuth.TokenUrl!,
                ClientId = OAuth.ClientId!,
                ClientSecret = OAuth.ClientSecret!,
                Scope = OAuth.Scope,
            },
        Headers = Headers ?? new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase),
        ClientCertificate = ClientCertificate,
    };

    /// <summary>Nothing of it.</summary>
    public override string ToString() => $"{nameof(CredentialsInput)} {{ *** }}";
}
