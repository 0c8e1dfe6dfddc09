using Webhooks.Endpoints;
using Webhooks.Storage;

namespace Webhooks.Dispatching;

/// <summary>A pause that stops all attempts to an endpoint of a version, and what waited in its lane.</summary>
internal sealed record LaneClosing(
    EndpointKey Endpoint, long EndpointVersion, DateTimeOffset Until, PauseReason Reason, IReadOnlyList<LeasedDelivery> Waiting);
