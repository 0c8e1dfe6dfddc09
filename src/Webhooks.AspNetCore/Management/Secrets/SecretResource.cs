using System.ComponentModel;
using Webhooks.Endpoints;

namespace Webhooks.AspNetCore.Management.Secrets;

/// <summary>A secret, as answers show it.</summary>
internal sealed record SecretResource
{
    [Description("The secret that requests are signed with.")]
    public required string Secret { get; init; }

    [Description("The one scheme that signs with it; null for a secret of all schemes that have none of their own.")]
    public string? Scheme { get; init; }

    [Description("When it was given to the endpoint.")]
    public required DateTimeOffset CreatedAt { get; init; }

    [Description("Until when it is signed with; null for the one that is current.")]
    public DateTimeOffset? ExpiresAt { get; init; }

    public static SecretResource Of(EndpointSecret secret) => new()
    {
        Secret = secret.Secret.Reveal(),
        Scheme = secret.Scheme,
        CreatedAt = secret.CreatedAt,
        ExpiresAt = secret.ExpiresAt,
    };

    /// <summary>Nothing of the secret.</summary>
    public override string ToString() => $"{nameof(SecretResource)} {{ *** }}";
}
