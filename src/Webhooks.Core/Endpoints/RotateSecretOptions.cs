using Webhooks.Signing;

namespace Webhooks.Endpoints;

/// <summary>What a host may decide when an endpoint gets a new secret.</summary>
public sealed record RotateSecretOptions
{
    /// <summary>Whose endpoint it is. Default: <see cref="WebhooksDefaults.TenantId"/>.</summary>
    public string TenantId { get; init; } = WebhooksDefaults.TenantId;

    /// <summary>The new secret. Default: a generated one, of the kind that the scheme needs.</summary>
    public WebhookSecret? Secret { get; init; }

    /// <summary>
    /// How long the secrets before it are signed with, 0 to 7 days. Zero when one of them has become known to others. Default:
    /// <see cref="SigningOptions.SecretGracePeriod"/>.
    /// </summary>
    public TimeSpan? GracePeriod { get; init; }

    /// <summary>
    /// The scheme that is to have a secret of its own, such as <c>v1a</c> beside <c>v1</c>, or one whose secret came with it from
    /// another system. It does not need to be in use yet. Default: none, the secret that the endpoint's schemes share.
    /// </summary>
    public string? Scheme { get; init; }

    /// <summary>
    /// An id of the caller's, 1 to 255 of <c>A-Z a-z 0-9 _ -</c>, with which the rotation can be repeated: as long as the secret that it gave is
    /// signed with, the same options give this secret again and change nothing. Default: none, each call is a rotation.
    /// </summary>
    public string? RotationId { get; init; }

    /// <summary>The version of the endpoint that the change is based on. Default: any.</summary>
    public long? ExpectedVersion { get; init; }
}
