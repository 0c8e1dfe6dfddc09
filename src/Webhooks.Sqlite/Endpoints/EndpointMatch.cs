using Webhooks.Filters;

namespace Webhooks.Sqlite.Endpoints;

/// <summary>What fan-out needs to know of an endpoint that subscribes to an event type.</summary>
internal sealed record EndpointMatch(
    long Seq, string Id, long Version, bool IsPaused, bool IsOrdered, IReadOnlyList<string> Channels, PayloadFilter? Filter)
{
    /// <summary>Whether its deliveries are held.</summary>
    public bool IsHolding => IsPaused || IsOrdered;

    public bool Accepts(IReadOnlyList<string> channels) =>
        Channels.Count == 0 || Channels.Any(channels.Contains);
}
