using System.ComponentModel;

namespace Webhooks.AspNetCore.Management.Endpoints;

/// <summary>The body that disables an endpoint.</summary>
internal sealed record DisableEndpointInput
{
    [Description("Why, for people, at most 255 characters; null for no reason.")]
    public string? Reason { get; init; }
}
