using Webhooks.Signing;

namespace Webhooks.Endpoints;

/// <summary>One of an endpoint's signing secrets.</summary>
/// <param name="Secret">The secret.</param>
/// <param name="CreatedAt">When it was given to the endpoint.</param>
/// <param name="ExpiresAt">Until when it is signed with; null for the newest of its scheme, which lives until it is rotated.</param>
/// <param name="Scheme">
/// The one scheme that signs with it; null for a secret of all schemes that have none of their own and can sign with it.
/// </param>
public sealed record EndpointSecret(
    WebhookSecret Secret, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt = null, string? Scheme = null)
{
    /// <summary>The rotation that gave it to the endpoint; null for one without an id.</summary>
    internal SecretRotation? Rotation { get; init; }

    internal bool IsLive(DateTimeOffset now) => ExpiresAt is null || ExpiresAt > now;

    internal bool IsOf(string? scheme) => string.Equals(Scheme, scheme, StringComparison.OrdinalIgnoreCase);
}
