using System.ComponentModel;
using System.Text.Json.Serialization;
using Webhooks.Endpoints;

namespace Webhooks.AspNetCore.Management.Credentials;

/// <summary>Which credentials an endpoint has, by the fields that set them. Nothing more is ever shown.</summary>
internal sealed record CredentialsResource
{
    [Description("Whether it has user name and password.")]
    public required bool Basic { get; init; }

    [Description("Whether it has a token.")]
    public required bool BearerToken { get; init; }

    [Description("Whether it gets tokens by OAuth.")]
    [JsonPropertyName("oauth")]
    public required bool OAuth { get; init; }

    [Description("Whether it has secret headers.")]
    public required bool Headers { get; init; }

    [Description("Whether it has a client certificate.")]
    public required bool ClientCertificate { get; init; }

    public static CredentialsResource Of(CredentialKinds kinds) => new()
    {
        Basic = kinds.HasFlag(CredentialKinds.Basic),
        BearerToken = kinds.HasFlag(CredentialKinds.BearerToken),
        OAuth = kinds.HasFlag(CredentialKinds.OAuth),
        Headers = kinds.HasFlag(CredentialKinds.Headers),
        ClientCertificate = kinds.HasFlag(CredentialKinds.ClientCertificate),
    };
}
