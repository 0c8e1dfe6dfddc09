using System.ComponentModel;

namespace Webhooks.AspNetCore.Management.Secrets;

/// <summary>The secrets of an endpoint that are signed with.</summary>
internal sealed record SecretsResource
{
    [Description("The secrets that are signed with, the newest first.")]
    public required IReadOnlyList<SecretResource> Data { get; init; }
}
