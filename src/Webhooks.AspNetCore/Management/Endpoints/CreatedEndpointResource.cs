using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using Webhooks.Endpoints;
using Webhooks.Signing;

namespace Webhooks.AspNetCore.Management.Endpoints;

/// <summary>A new endpoint with its secret.</summary>
internal sealed record CreatedEndpointResource : EndpointResource
{
    public CreatedEndpointResource()
    {
    }

    [SetsRequiredMembers]
    public CreatedEndpointResource(WebhookEndpoint endpoint, WebhookSecret secret)
        : base(endpoint) => Secret = secret.Reveal();

    [Description("The secret that its requests are signed with. Keep it: it is not shown again.")]
    public required string Secret { get; init; }

    /// <summary>Nothing of the secret.</summary>
    public override string ToString() => $"{nameof(CreatedEndpointResource)} {{ {nameof(Id)} = {Id} }}";
}
