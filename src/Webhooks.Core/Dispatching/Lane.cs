using Webhooks.Storage;

namespace Webhooks.Dispatching;

/// <summary>
/// What this instance holds in memory for one endpoint. A slow or dead endpoint fills its own lane and no other. Its state
/// belongs to <see cref="LaneScheduler"/> and is touched under its lock only.
/// </summary>
internal sealed class Lane(EndpointKey endpoint)
{
    public EndpointKey Endpoint { get; } = endpoint;

    /// <summary>Deliveries that wait for their attempt.</summary>
    public LinkedList<LeasedDelivery> Waiting { get; } = [];

    /// <summary>Attempts under way.</summary>
    public int InFlight { get; set; }

    /// <summary>The most attempts at a time: one, until the first of them knows the endpoint and its setting.</summary>
    public int MaxConcurrency { get; set; } = 1;

    /// <summary>Whether it stands in the scheduler's ring of lanes that have something to attempt.</summary>
    public bool IsReady { get; set; }

    /// <summary>Whether the endpoint is paused in the store and taken over by this instance, which claims what is held for it.</summary>
    public bool IsTakenOver { get; set; }

    public bool IsIdle => Waiting.Count == 0 && InFlight == 0 && !IsTakenOver;
}
