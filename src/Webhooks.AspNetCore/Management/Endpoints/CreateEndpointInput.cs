using System.ComponentModel;

namespace Webhooks.AspNetCore.Management.Endpoints;

/// <summary>The body that creates an endpoint.</summary>
internal sealed record CreateEndpointInput : EndpointInput
{
    [Description("Its first secret, taken over from another system; null for a new one.")]
    public string? Secret { get; init; }

    /// <summary>Nothing of the secret.</summary>
    public override string ToString() => $"{nameof(CreateEndpointInput)} {{ *** }}";
}
