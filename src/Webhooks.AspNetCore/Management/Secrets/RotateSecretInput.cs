using System.ComponentModel;

namespace Webhooks.AspNetCore.Management.Secrets;

/// <summary>The body that gives an endpoint a new secret.</summary>
internal sealed record RotateSecretInput
{
    [Description("The new secret, taken over from another system; null for a generated one.")]
    public string? Secret { get; init; }

    [Description("For how many seconds the secrets before it are signed with, 0 to 604,800; null for the application's setting.")]
    public double? GracePeriodSeconds { get; init; }

    [Description("The scheme that is to have a secret of its own; null for the secret that the endpoint's schemes share.")]
    public string? Scheme { get; init; }

    /// <summary>Nothing of the secret.</summary>
    public override string ToString() => $"{nameof(RotateSecretInput)} {{ *** }}";
}
