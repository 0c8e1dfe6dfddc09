using Webhooks.Endpoints;
using Webhooks.Storage;

namespace Webhooks.Dispatching;

/// <summary>A pause that stops all attempts to an endpoint, and what waited in its lane.</summary>
internal sealed record LaneClosing(
    EndpointKey Endpoint, DateTimeOffset Until, PauseReason Reason, IReadOnlyList<LeasedDelivery> Waiting);
