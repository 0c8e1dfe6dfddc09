using Webhooks.Storage;

namespace Webhooks.Dispatching;

/// <summary>
/// What this instance holds in memory for one endpoint. A slow or dead endpoint fills its own lane and no other. Its state
/// belongs to <see cref="LaneScheduler"/> and is touched under its lock only.
/// </summary>
internal sealed class Lane(EndpointKey endpoint, int maxConcurrency)
{
    public EndpointKey Endpoint { get; } = endpoint;

    /// <summary>Deliveries that wait for their attempt.</summary>
    public Queue<LeasedDelivery> Waiting { get; } = [];

    /// <summary>Attempts under way.</summary>
    public int InFlight { get; set; }

    /// <summary>The most attempts at a time: the endpoint's own setting, once it is known.</summary>
    public int MaxConcurrency { get; set; } = maxConcurrency;

    /// <summary>Whether it stands in the scheduler's ring of lanes that have something to attempt.</summary>
    public bool IsReady { get; set; }

    /// <summary>Whether the endpoint is paused in the store and taken over by this instance, which claims what is held for it.</summary>
    public bool IsTakenOver { get; set; }

    public bool IsIdle => Waiting.Count == 0 && InFlight == 0 && !IsTakenOver;
}
