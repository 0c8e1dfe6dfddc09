using Webhooks.Endpoints;

namespace Webhooks.Storage;

/// <summary>Which endpoints to list.</summary>
public sealed record EndpointQuery : PageQuery
{
    /// <summary>Only endpoints of this status; null for all.</summary>
    public EndpointStatus? Status { get; init; }
}
