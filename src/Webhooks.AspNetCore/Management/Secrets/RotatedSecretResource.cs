using System.ComponentModel;

namespace Webhooks.AspNetCore.Management.Secrets;

/// <summary>The secret that an endpoint has got.</summary>
internal sealed record RotatedSecretResource
{
    [Description("The secret that requests are signed with from now on. Keep it: it is not shown again.")]
    public required string Secret { get; init; }

    /// <summary>Nothing of the secret.</summary>
    public override string ToString() => $"{nameof(RotatedSecretResource)} {{ *** }}";
}
