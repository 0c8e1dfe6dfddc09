namespace Webhooks.Endpoints;

/// <summary>Which of its <see cref="EndpointCredentials"/> an endpoint has: all that can be read of them.</summary>
[Flags]
public enum CredentialKinds
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>User name and password: <see cref="EndpointCredentials.Basic"/>.</summary>
    Basic = 1,

    /// <summary>A token: <see cref="EndpointCredentials.BearerToken"/>.</summary>
    BearerToken = 1 << 1,

    /// <summary>Client credentials of OAuth: <see cref="EndpointCredentials.OAuth"/>.</summary>
    OAuth = 1 << 2,

    /// <summary>Secret headers: <see cref="EndpointCredentials.Headers"/>.</summary>
    Headers = 1 << 3,

    /// <summary>A client certificate: <see cref="EndpointCredentials.ClientCertificate"/>.</summary>
    ClientCertificate = 1 << 4,
}
